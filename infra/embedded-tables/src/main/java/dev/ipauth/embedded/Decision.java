package dev.ipauth.embedded;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * What is to be written and what is to be answered then. Whoever makes one only reads, so a refusal
 * leaves nothing half done.
 *
 * @param changes carried out in their order, all or none
 */
record Decision<T>(List<Sql.Statement> changes, T answer) {

  /** Decides by what is in the tables now; nobody else writes meanwhile. */
  interface Maker<T> {
    /**
     * @throws DynamoDbException when nothing is to be written
     */
    Decision<T> decide(Rows rows);
  }

  static <T> Decision<T> nothing(T answer) {
    return new Decision<>(List.of(), answer);
  }
}
