package dev.ipauth.functions.register;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/**
 * All that one change writes, made whole or not at all.
 *
 * @param token by which DynamoDB knows it again, however often it arrives
 * @param writes in the order in which a refusal counts
 * @param line of the audit trail, which tells whether it was made
 */
record Transaction(String token, List<Write> writes, AuditLine line) {

  /**
   * One row of it.
   *
   * @param refusedForGood whether an earlier try of the same transaction, should it arrive only
   *     now, is refused here as well. Versions only rise, and a key is kept for a day; but an
   *     address may be freed, a username given up, and an account may have fewer users later.
   */
  record Write(Part part, TransactWriteItem item, boolean refusedForGood) {}

  /** What a row is to the change, so that a refusal can say which one was in the way. */
  enum Part {
    IDEMPOTENCY_KEY,
    /** The account's count of users. */
    COUNT,
    /** The user that is made, changed or deleted. */
    USER,
    /** The user of the same account that gives its address up to that one. */
    GIVER,
    /** The address that the user gives up. */
    FREED_ADDRESS,
    /** The address that the user gets. */
    CLAIMED_ADDRESS,
    /** Which user a link of proof of control is about. */
    PROOF_CODE,
    AUDIT
  }

  TransactWriteItemsRequest request() {
    return TransactWriteItemsRequest.builder()
        .clientRequestToken(token)
        .transactItems(writes.stream().map(Write::item).toList())
        .build();
  }

  /** The same without one of its rows, as another transaction. */
  Transaction without(Part part) {
    List<Write> others = writes.stream().filter(write -> write.part() != part).toList();
    return new Transaction(Randoms.token(), others, line);
  }
}
