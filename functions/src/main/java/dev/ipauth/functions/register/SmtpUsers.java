package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.dependency.TablesUnavailable;
import dev.ipauth.functions.register.Changes.By;
import dev.ipauth.functions.register.SmtpUserEdit.Nominate;
import dev.ipauth.functions.register.Transaction.Part;
import dev.ipauth.functions.register.Transactions.Outcome;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.PendingNomination;
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
import java.util.function.Supplier;
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
  private final RegisterTables tables;
  private final Transactions transactions;
  private final Changes changes;
  private final Accounts accounts;
  private final IpAuthentications addresses;
  private final ProofCodes codes;
  private final Peppers peppers;
  private final RegisterSettings settings;
  private final Clock clock;

  SmtpUsers(
      DynamoDbClient dynamoDb,
      RegisterTables tables,
      Transactions transactions,
      Changes changes,
      Accounts accounts,
      IpAuthentications addresses,
      ProofCodes codes,
      Peppers peppers,
      RegisterSettings settings,
      Clock clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.transactions = transactions;
    this.changes = changes;
    this.accounts = accounts;
    this.addresses = addresses;
    this.codes = codes;
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
  static @Nullable SmtpUser read(
      DynamoDbClient dynamoDb, RegisterTables tables, Username username) {
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

  /**
   * Makes the user and claims its address, together or not at all. Where proof is required and the
   * caller isn't at the address, the user waits for it.
   */
  public Result create(
      NewSmtpUser asked, String password, Caller caller, @Nullable IdempotencyKey key) {
    if (asked.ip() != null && !ProofOfControl.isGiven(settings, caller, asked.ip())) {
      IpAuthentication own = ownOther(asked, caller.accountId());
      if (own != null) {
        return unlessMadeBefore(new Result.AddressHeld(own), new By(caller, now(), key));
      }
    }
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

  /**
   * A refusal that is known before the key is written. If the request has been made before, what it
   * is refused for may be its own work: its user has got the address, or is another version.
   */
  private Result unlessMadeBefore(Result.Refused refusal, By by) {
    String accountId = by.caller().accountId();
    Map<String, AttributeValue> used =
        by.key() == null ? Map.of() : by.key().read(dynamoDb, tables, accountId, by.at());
    return used.isEmpty() ? refusal : replay(used, by);
  }

  private SmtpUser user(NewSmtpUser asked, String password, By by) {
    Username username =
        asked.username() == null ? new Username(Randoms.username()) : asked.username();
    SmtpUser user =
        new SmtpUser(
            username,
            by.caller().accountId(),
            asked.profile(),
            new SmtpUser.Password(peppers.hash(username, password), by.at()),
            null,
            null,
            by.at(),
            Randoms.firstVersion());
    return asked.ip() == null
        ? user
        : nomination(user, asked.ip(), by.caller()).apply(user, by.at());
  }

  /** How a user comes to an address: at once, or when somebody at it agrees. */
  private SmtpUserEdit nomination(SmtpUser user, IpAddress ip, Caller caller) {
    return user.nominates(ip) || ProofOfControl.isGiven(settings, caller, ip)
        ? new Nominate(ip, null)
        : new SmtpUserEdit.Ask(ip, Randoms.proofCode());
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
      case GIVER, FREED_ADDRESS, PROOF_CODE, AUDIT -> throw unexpected(refused);
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
    Result result =
        untilItIsAsRead(
            () -> find(caller.accountId(), username),
            precondition,
            caller.deadline(),
            before -> edit(before, edit, new By(caller, now(), key)));
    return result instanceof Result.Refused refusal
        ? unlessMadeBefore(refusal, new By(caller, now(), key))
        : result;
  }

  /**
   * Claims the address that waits under this code, for somebody who is there.
   *
   * @param from where the request came from
   * @return {@link Result.NoSuchUser} when the code is unknown, used or over; {@link
   *     Result.NotThere} when the address is another
   */
  public Result prove(String code, IpAddress from, Deadline deadline) {
    return untilItIsAsRead(
        () -> {
          ProofCodes.Waiting waiting = codes.find(code);
          return waiting == null ? null : waiting.user();
        },
        Precondition.NONE,
        deadline,
        before -> {
          PendingNomination asked = before.pending();
          if (asked == null || !ProofOfControl.proves(from, asked.ip())) {
            return new Result.NotThere();
          }
          Caller somebody = new Caller(before.accountId(), null, from, deadline);
          return edit(before, new SmtpUserEdit.Prove(asked), new By(somebody, now(), null));
        });
  }

  /** Deletes the user; its address is free in the same step. */
  public Result delete(Username username, Precondition precondition, Caller caller) {
    return untilItIsAsRead(
        () -> find(caller.accountId(), username),
        precondition,
        caller.deadline(),
        before -> {
          By by = new By(caller, now(), null);
          return make(changes.deletion(before, by), before, by);
        });
  }

  /** Reads the user and tries, until it is still as it was read when the change is made. */
  private Result untilItIsAsRead(
      Supplier<@Nullable SmtpUser> read,
      Precondition precondition,
      Deadline deadline,
      Function<SmtpUser, Result> attempt) {
    Backoff backoff = new Backoff(deadline);
    while (true) {
      SmtpUser before = read.get();
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

  private Result edit(SmtpUser before, SmtpUserEdit asked, By by) {
    SmtpUserEdit edit = asked;
    // Of what the user has already it doesn't matter whom it is to come from.
    if (asked instanceof Nominate(IpAddress ip, Username from)
        && (from == null || before.nominates(ip))) {
      edit = nomination(before, ip, by.caller());
      IpAuthentication own = edit instanceof SmtpUserEdit.Ask ? ownOther(before, ip) : null;
      if (own != null) {
        return new Result.AddressHeld(own);
      }
    }
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

  private @Nullable IpAuthentication ownOther(SmtpUser user, IpAddress ip) {
    IpAuthentication own = addresses.find(user.accountId(), ip);
    return own == null || own.username().equals(user.username()) ? null : own;
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
            case PROOF_CODE, AUDIT -> throw unexpected(refused);
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
