package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.dependency.TablesUnavailable;
import dev.ipauth.functions.register.Changes.By;
import dev.ipauth.functions.register.Transactions.Outcome;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.json.JsonMapper;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Takes an address from whoever has it, for the operator: by the same transaction as the account's
 * own release, so both tables stay right and the account's trail says who did it.
 */
public final class AddressRelease {
  private static final Duration TIME = Duration.ofSeconds(20);
  // The trail wants to say where a change came from; an operator's comes from nowhere on the net.
  private static final IpAddress NOWHERE = IpAddress.parse("0.0.0.0");

  private final DynamoDbClient dynamoDb;
  private final RegisterTables tables;
  private final Clock clock;
  private final Transactions transactions;
  private final Changes changes;

  public AddressRelease(
      DynamoDbClient dynamoDb, RegisterTables tables, RegisterSettings settings, Clock clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.clock = clock;
    AuditTrail audit =
        new AuditTrail(dynamoDb, tables, JsonMapper.createDefault(), clock, settings);
    transactions = new Transactions(dynamoDb, tables);
    changes = new Changes(new Writes(tables, settings), audit);
  }

  /**
   * Frees the address.
   *
   * @param by the operator's name, for the trail
   * @return who had it; null when nobody did
   * @throws IllegalStateException when the tables disagree about the address
   * @throws TablesUnavailable when nobody knows whether it is free; ask again
   */
  public @Nullable IpAuthentication release(IpAddress ip, String by) {
    Deadline deadline = Deadline.in(TIME);
    Backoff backoff = new Backoff(deadline);
    while (true) {
      IpAuthentication holder = IpAuthentications.read(dynamoDb, tables, ip);
      if (holder == null || releasedFrom(holder, by, deadline)) {
        return holder;
      }
      if (!backoff.pause()) {
        throw new TablesUnavailable("The user is changed by too many at once. Try again.");
      }
    }
  }

  /** False when the user has changed since. */
  private boolean releasedFrom(IpAuthentication holder, String operator, Deadline deadline) {
    SmtpUser user = SmtpUsers.read(dynamoDb, tables, holder.username());
    if (user == null
        || !user.accountId().equals(holder.accountId())
        || !user.nominates(holder.ip())) {
      return isFreeByNow(holder);
    }
    By by =
        new By(
            new Caller(user.accountId(), "operator: " + operator, NOWHERE, deadline),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            null);
    // What the user waits for is left to it: nothing is owned by that.
    SmtpUser after = user.withNomination(null).withVersion(user.version() + 1);
    String what = new SmtpUserEdit.Release().what();
    return transactions.make(changes.edit(what, user, after, by), deadline) instanceof Outcome.Made;
  }

  private boolean isFreeByNow(IpAuthentication holder) {
    if (holder.equals(IpAuthentications.read(dynamoDb, tables, holder.ip()))) {
      throw new IllegalStateException(
          "The row of %s names %s of account %s, who doesn't nominate it. See"
                  .formatted(holder.ip(), holder.username(), holder.accountId())
              + " RUNBOOK.md, tables-disagree.");
    }
    return false;
  }
}
