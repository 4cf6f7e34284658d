package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.register.Changes.By;
import dev.ipauth.functions.register.SmtpUserEdit.Nominate;
import dev.ipauth.functions.register.Transaction.Part;
import dev.ipauth.functions.register.Transactions.Outcome;
import dev.ipauth.tables.IpAddress;
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
import java.util.Locale;
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
  private final Changes changes;
  private final Accounts accounts;
  private final IpAuthentications addresses;
  private final Peppers peppers;
  private final RegisterSettings settings;
  private final Clock clock;

  SmtpUsers(
      DynamoDbClient dynamoDb,
      TableNames tables,
      Transactions transactions,
      Changes changes,
      Accounts accounts,
      IpAuthentications addresses,
      Peppers peppers,
      RegisterSettings settings,
      Clock clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.transactions = transactions;
    this.changes = changes;
    this.accounts = accounts;
    this.addresses = addresses;
    this.peppers = peppers;
    this.settings = settings;
    this.clock = clock;
  }

  /** Null when there is none of this name, or it is another account's. */
  public @Nullable SmtpUser find(String accountId, Username username) {
    SmtpUser user = read(dynamoDb, tables, username);
    return user != null && user.accountId().equals(accountId) ? user : null;
  }

  /** Whosever it is; null when there is none of this name. */
  static @Nullable SmtpUser read(DynamoDbClient dynamoDb, TableNames tables, Username username) {
    Map<String, AttributeValue> row =
        dynamoDb
            .getItem(
                get ->
                    get.tableName(tables.smtpUsers())
                        .key(Map.of(Schemas.USERNAME, AttributeValue.fromS(username.text())))
                        .consistentRead(true))
            .item();
    return row.isEmpty() ? null : Schemas.SMTP_USERS.mapToItem(row);
  }

  /**
   * The account's users by username. What was made or deleted within the last moment may be missing
   * or still there: an index lags.
   *
   * @param prefix what their names begin with, in either case; empty for all
   * @param after the username that the page begins behind; null for the first page
   */
  public List<SmtpUser> list(String accountId, String prefix, @Nullable String after, int limit) {
    return new Listing(
            tables.smtpUsers(), Schemas.USERNAME, accountId, prefix.toLowerCase(Locale.ROOT))
        .page(dynamoDb, after, limit)
        .map(Schemas.SMTP_USERS::mapToItem)
        .toList();
  }

  /** Makes the user and claims its address, together or not at all. */
  public Result create(
      NewSmtpUser asked, String password, Caller caller, @Nullable IdempotencyKey key) {
    Backoff backoff = new Backoff(caller.deadline());
    while (true) {
      By by = new By(caller, now(), key);
      SmtpUser user = user(asked, password, by);
      switch (transactions.make(changes.creation(user, by), caller.deadline())) {
        case Outcome.Made() -> {
          return new Result.Saved(user);
        }
        case Outcome.Refused refused -> {
          boolean again = wasAMadeNameTaken(refused, asked.username()) && backoff.pause();
          if (!again && !isUncounted(refused, caller)) {
            return refusedCreation(refused, asked, by);
          }
        }
      }
    }
  }

  private SmtpUser user(NewSmtpUser asked, String password, By by) {
    Username username =
        asked.username() == null ? new Username(Randoms.username()) : asked.username();
    return new SmtpUser(
        username,
        by.caller().accountId(),
        asked.profile(),
        new SmtpUser.Password(peppers.hash(username, password), by.at()),
        asked.ip() == null ? null : new Nomination(asked.ip(), by.at()),
        by.at(),
        Randoms.firstVersion());
  }

  private static boolean wasAMadeNameTaken(Outcome.Refused refused, @Nullable Username asked) {
    return refused.part() == Part.USER && asked == null;
  }

  /** Whether nobody had counted the account's users; then they are counted now. */
  private boolean isUncounted(Outcome.Refused refused, Caller caller) {
    boolean uncounted = refused.part() == Part.COUNT && refused.row().isEmpty();
    if (uncounted) {
      accounts.count(caller.accountId());
    }
    return uncounted;
  }

  private Result refusedCreation(Outcome.Refused refused, NewSmtpUser asked, By by) {
    return switch (refused.part()) {
      case IDEMPOTENCY_KEY -> replay(refused.row(), by);
      // First: who could have it anyway learns nothing here of other accounts' usernames.
      case COUNT, USER -> {
        IpAuthentication own = ownOther(asked, by.caller().accountId());
        yield own != null ? new Result.AddressHeld(own) : noRoomOrTaken(refused);
      }
      case CLAIMED_ADDRESS -> held(refused);
      case GIVER, FREED_ADDRESS, AUDIT -> throw unexpected(refused);
    };
  }

  /** Which other user of the account has the address that is asked for, if any. */
  private @Nullable IpAuthentication ownOther(NewSmtpUser asked, String accountId) {
    IpAuthentication own = asked.ip() == null ? null : addresses.find(accountId, asked.ip());
    return own == null || own.username().equals(asked.username()) ? null : own;
  }

  private Result noRoomOrTaken(Outcome.Refused refused) {
    return refused.part() == Part.USER
        ? new Result.UsernameTaken()
        : new Result.TooManySmtpUsers(settings.maxSmtpUsers());
  }

  private Result replay(Map<String, AttributeValue> row, By by) {
    if (by.key() == null || !by.key().isOfTheSameBody(row)) {
      return new Result.KeyReused();
    }
    SmtpUser user = find(by.caller().accountId(), IdempotencyKey.username(row));
    return user != null && IdempotencyKey.isOf(user, row)
        ? new Result.Replayed(user)
        : new Result.MadeBeforeAndDeleted();
  }

  /**
   * Edits the user as it is now, however many others do at the same time.
   *
   * @param key null unless the client named the request
   */
  public Result change(
      Username username,
      Precondition precondition,
      SmtpUserEdit edit,
      Caller caller,
      @Nullable IdempotencyKey key) {
    return untilItIsAsRead(
        username, precondition, caller, before -> edit(before, edit, new By(caller, now(), key)));
  }

  /** Deletes the user; its address is free in the same step. */
  public Result delete(Username username, Precondition precondition, Caller caller) {
    return untilItIsAsRead(
        username,
        precondition,
        caller,
        before -> {
          By by = new By(caller, now(), null);
          return make(changes.deletion(before, by), before, by);
        });
  }

  /** Reads the user and tries, until it is still as it was read when the change is made. */
  private Result untilItIsAsRead(
      Username username,
      Precondition precondition,
      Caller caller,
      Function<SmtpUser, Result> attempt) {
    Backoff backoff = new Backoff(caller.deadline());
    while (true) {
      SmtpUser before = find(caller.accountId(), username);
      if (before == null) {
        return new Result.NoSuchUser();
      }
      if (!precondition.isMetBy(before)) {
        return new Result.Stale();
      }
      Result result = attempt.apply(before);
      if (!(result instanceof Result.Stale)) {
        return result;
      }
      if (!backoff.pause()) {
        throw new TablesUnavailable("The user is changed by too many at once");
      }
    }
  }

  private Result edit(SmtpUser before, SmtpUserEdit edit, By by) {
    SmtpUser after = edit.apply(before, by.at());
    if (after.equals(before) && !edit.alwaysWritten()) {
      return new Result.Saved(before);
    }
    SmtpUser next = after.withVersion(before.version() + 1);
    if (edit instanceof Nominate(IpAddress ip, Username from) && from != null) {
      SmtpUser giver = find(before.accountId(), from);
      return giver == null || !giver.nominates(ip)
          ? notHeld(before)
          : make(changes.move(giver, edit.what(), before, next, by), next, by);
    }
    return make(changes.edit(edit.what(), before, next, by), next, by);
  }

  /** Unless the address came to the user itself between the two reads. */
  private Result notHeld(SmtpUser before) {
    return before.equals(find(before.accountId(), before.username()))
        ? new Result.NotHeldByIt()
        : new Result.Stale();
  }

  /**
   * @param user how it is once the change is made
   */
  private Result make(Transaction change, SmtpUser user, By by) {
    return switch (transactions.make(change, by.caller().deadline())) {
      case Outcome.Made() -> new Result.Saved(user);
      case Outcome.Refused refused ->
          switch (refused.part()) {
            case IDEMPOTENCY_KEY -> replay(refused.row(), by);
            case USER, GIVER -> new Result.Stale();
            case COUNT -> {
              accounts.count(user.accountId());
              yield new Result.Stale();
            }
            case CLAIMED_ADDRESS -> refused.row().isEmpty() ? new Result.Stale() : held(refused);
            case FREED_ADDRESS -> {
              warnOfForeignAddress(user, refused);
              yield make(change.without(Part.FREED_ADDRESS), user, by);
            }
            case AUDIT -> throw unexpected(refused);
          };
    };
  }

  // Only a restore or a hand can make the tables disagree; the relay trusts neither row then.
  private static void warnOfForeignAddress(SmtpUser user, Outcome.Refused refused) {
    LOG.error(
        "{} had an address whose row is another user's, which is left alone: {}",
        user.username(),
        refused.row());
  }

  private static Result held(Outcome.Refused refused) {
    return new Result.AddressHeld(Schemas.IP_AUTHENTICATIONS.mapToItem(refused.row()));
  }

  private static IllegalStateException unexpected(Outcome.Refused refused) {
    return new IllegalStateException("No condition can refuse this: " + refused.part());
  }

  /** To the millisecond: what the API shows is what is kept. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
