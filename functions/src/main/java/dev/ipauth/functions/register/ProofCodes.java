package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.PendingNomination;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Which SMTP user each link of proof of control is about. The user's own row is the truth: a code
 * that it doesn't have is no code any more.
 */
@Singleton
public final class ProofCodes {
  private static final String CODE = "code";
  // What no link of ours ends in isn't looked for, however often somebody guesses.
  private static final Pattern MADE_HERE = Pattern.compile("[a-z2-9]{26}");

  private final DynamoDbClient dynamoDb;
  private final RegisterTables tables;
  private final RegisterSettings settings;
  private final Clock clock;

  ProofCodes(
      DynamoDbClient dynamoDb, RegisterTables tables, RegisterSettings settings, Clock clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * The user that waits under this code. Null when the code is unknown, used or over, and where no
   * proof is asked for.
   */
  public @Nullable Waiting find(String code) {
    if (settings.nominationProof() == NominationProof.OFF || !MADE_HERE.matcher(code).matches()) {
      return null;
    }
    Map<String, AttributeValue> row =
        dynamoDb
            .getItem(get -> get.tableName(tables.proofCodes()).key(key(code)).consistentRead(true))
            .item();
    AttributeValue username = row.get(Schemas.USERNAME);
    return username == null ? null : waiting(new Username(username.s()), code);
  }

  private @Nullable Waiting waiting(Username username, String code) {
    SmtpUser user = SmtpUsers.read(dynamoDb, tables, username);
    if (user == null || user.pending() == null) {
      return null;
    }
    PendingNomination asked = user.pending();
    boolean waits = asked.code().equals(code) && !asked.isOver(clock.instant());
    return waits ? new Waiting(user, asked) : null;
  }

  /** An SMTP user, and the address that it asks for. */
  public record Waiting(SmtpUser user, PendingNomination asked) {}

  static Map<String, AttributeValue> key(String code) {
    return Map.of(CODE, fromS(code));
  }

  static Map<String, AttributeValue> row(SmtpUser user, PendingNomination pending) {
    return Map.of(
        CODE,
        fromS(pending.code()),
        Schemas.USERNAME,
        fromS(user.username().text()),
        "expiresAt",
        IdempotencyKey.seconds(pending.expiresAt()));
  }
}
