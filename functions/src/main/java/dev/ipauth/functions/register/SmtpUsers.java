package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.register.Transactions.Outcome;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.Peppers;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The SMTP users of all accounts. Each method sees those of one account only: another account's are
 * as if they didn't exist.
 *
 * <p>All of them throw {@link TablesUnavailable} or the SDK's exception when the tables can't be
 * reached.
 */
@Singleton
public final class SmtpUsers {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpUsers.class);

  private final DynamoDbClient dynamoDb;
  private final TableNames tables;
  private final Transactions transactions;
  private final Peppers peppers;
  private final Clock clock;
  private final Endurance endurance;

  SmtpUsers(
      DynamoDbClient dynamoDb,
      TableNames tables,
      Transactions transactions,
      Peppers peppers,
      Clock clock,
      Endurance endurance) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.transactions = transactions;
    this.peppers = peppers;
    this.clock = clock;
    this.endurance = endurance;
  }

  /** Null when there is none of this name, or it is another account's. */
  public @Nullable SmtpUser find(String accountId, Username username) {
    Map<String, AttributeValue> row =
        dynamoDb
            .getItem(
                get ->
                    get.tableName(tables.smtpUsers())
                        .key(Map.of(Schemas.USERNAME, AttributeValue.fromS(username.text())))
                        .consistentRead(true))
            .item();
    SmtpUser user = row.isEmpty() ? null : Schemas.SMTP_USERS.mapToItem(row);
    return user != null && user.accountId().equals(accountId) ? user : null;
  }

  /**
   * The account's users by username. What was made or deleted within the last moment may be missing
   * or still there: an index lags.
   *
   * @param after the username that the page begins behind; null for the first page
   */
  public List<SmtpUser> list(String accountId, @Nullable String after, int limit) {
    return Listing.byAccount(
            dynamoDb, tables.smtpUsers(), Schemas.USERNAME, accountId, after, limit)
        .map(Schemas.SMTP_USERS::mapToItem)
        .toList();
  }

  /** Makes the user and claims its address, together or not at all. */
  public Result create(
      NewSmtpUser asked, String password, Caller caller, @Nullable IdempotencyKey key) {
    Patience patience = new Patience(endurance);
    while (true) {
      Instant now = now();
      SmtpUser user = user(asked, password, caller, now);
      switch (transactions.make(Change.creation(user, caller, now, key))) {
        case Outcome.Made() -> {
          return new Result.Saved(user);
        }
        case Outcome.Refused refused -> {
          boolean madeNameTaken =
              refused.part() == Change.Part.USER && asked.username() == null && !patience.isOver();
          if (!madeNameTaken) {
            return whyNotCreated(refused, caller, key);
          }
        }
      }
    }
  }

  private SmtpUser user(NewSmtpUser asked, String password, Caller caller, Instant now) {
    Username username =
        asked.username() == null ? new Username(Randoms.username()) : asked.username();
    return new SmtpUser(
        username,
        caller.accountId(),
        asked.description(),
        true,
        peppers.hash(username, password),
        now,
        asked.ip() == null ? null : new Nomination(asked.ip(), now),
        asked.ipRestrictions(),
        List.of(),
        now,
        Randoms.firstVersion());
  }

  private Result whyNotCreated(
      Outcome.Refused refused, Caller caller, @Nullable IdempotencyKey key) {
    return switch (refused.part()) {
      case IDEMPOTENCY_KEY -> madeBefore(refused.row(), caller, key);
      case USER -> new Result.UsernameTaken();
      case CLAIMED_ADDRESS -> held(refused);
      case FREED_ADDRESS, AUDIT -> throw impossible(refused);
    };
  }

  private Result madeBefore(
      Map<String, AttributeValue> row, Caller caller, @Nullable IdempotencyKey key) {
    if (key == null || !key.isOfTheSameBody(row)) {
      return new Result.KeyReused();
    }
    SmtpUser user = find(caller.accountId(), IdempotencyKey.username(row));
    return user == null ? new Result.MadeBeforeAndDeleted() : new Result.MadeBefore(user);
  }

  /** Edits the user as it is now, however many others do at the same time. */
  public Result change(Username username, Expectation expected, Edit edit, Caller caller) {
    return whileRead(username, expected, caller, before -> edit(before, edit, caller));
  }

  /** Deletes the user; its address is free in the same step. */
  public Result delete(Username username, Expectation expected, Caller caller) {
    return whileRead(
        username, expected, caller, before -> make(Change.deletion(before, caller, now())));
  }

  private Result whileRead(
      Username username, Expectation expected, Caller caller, Function<SmtpUser, Result> attempt) {
    Patience patience = new Patience(endurance);
    while (true) {
      SmtpUser before = find(caller.accountId(), username);
      if (before == null) {
        return new Result.NoSuchUser();
      }
      if (!expected.isMetBy(before)) {
        return new Result.Stale();
      }
      Result result = attempt.apply(before);
      if (!(result instanceof Result.Stale)) {
        return result;
      }
      if (patience.isOver()) {
        throw new TablesUnavailable("The user is changed by too many at once");
      }
      patience.pause();
    }
  }

  private Result edit(SmtpUser before, Edit edit, Caller caller) {
    Instant now = now();
    SmtpUser after = edit.apply(before, now);
    if (after.equals(before) && !edit.alwaysWritten()) {
      return new Result.Saved(before);
    }
    SmtpUser next = new Draft(after).version(before.version() + 1).user();
    return make(Change.edit(edit.what(), before, next, caller, now));
  }

  private Result make(Change change) {
    return switch (transactions.make(change)) {
      case Outcome.Made() -> new Result.Saved(change.user());
      case Outcome.Refused refused ->
          switch (refused.part()) {
            case USER -> new Result.Stale();
            case CLAIMED_ADDRESS -> held(refused);
            case FREED_ADDRESS -> make(leavingTheirs(change, refused));
            case IDEMPOTENCY_KEY, AUDIT -> throw impossible(refused);
          };
    };
  }

  // Only a restore or a hand can make the tables disagree; the relay trusts neither row then.
  private static Change leavingTheirs(Change change, Outcome.Refused refused) {
    LOG.error(
        "{} has an address that is another user's, which keeps it: {}",
        change.user().username(),
        refused.row());
    return change.freeingNothing();
  }

  private static Result held(Outcome.Refused refused) {
    IpAuthentication holder = Schemas.IP_AUTHENTICATIONS.mapToItem(refused.row());
    return new Result.AddressHeld(holder);
  }

  private static IllegalStateException impossible(Outcome.Refused refused) {
    return new IllegalStateException("The tables disagree: refused at " + refused.part());
  }

  /** To the millisecond: what the API shows is what is kept. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
