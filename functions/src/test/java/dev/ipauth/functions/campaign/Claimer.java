package dev.ipauth.functions.campaign;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.campaign.Operation.Action;
import dev.ipauth.functions.campaign.Operation.Create;
import dev.ipauth.functions.campaign.Operation.Delete;
import dev.ipauth.functions.campaign.Operation.Done;
import dev.ipauth.functions.campaign.Operation.Full;
import dev.ipauth.functions.campaign.Operation.Held;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.Move;
import dev.ipauth.functions.campaign.Operation.Nominate;
import dev.ipauth.functions.campaign.Operation.NotHeld;
import dev.ipauth.functions.campaign.Operation.Outcome;
import dev.ipauth.functions.campaign.Operation.OwnedBy;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Release;
import dev.ipauth.functions.campaign.Operation.Shows;
import dev.ipauth.functions.campaign.Operation.Taken;
import dev.ipauth.functions.dependency.TablesUnavailable;
import dev.ipauth.functions.register.IpAuthentications;
import dev.ipauth.functions.register.NewSmtpUser;
import dev.ipauth.functions.register.Precondition;
import dev.ipauth.functions.register.Result;
import dev.ipauth.functions.register.SmtpUserEdit;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Somebody who asks the register, as the API does, and writes down what was answered. */
record Claimer(SmtpUsers users, IpAuthentications addresses) {
  private static final int PAGE = 25;
  private static final Duration SHORT = Duration.ofSeconds(1);

  Operation perform(Action action) {
    long invoked = System.nanoTime();
    try {
      return new Operation(action, ask(action), invoked, System.nanoTime());
    } catch (TablesUnavailable | SdkException _) {
      return Operation.unanswered(action, invoked);
    }
  }

  /** A page of the account's things, which may be old but is never another's. */
  void list(String account) {
    try {
      boolean own =
          users.list(account, "", null, PAGE).stream().allMatch(u -> u.accountId().equals(account))
              && addresses.list(account, null, PAGE).stream()
                  .allMatch(row -> row.accountId().equals(account));
      if (!own) {
        throw new IllegalStateException(account + " was shown what is another's");
      }
    } catch (SdkException _) {
      // 503
    }
  }

  private Outcome ask(Action action) {
    return switch (action) {
      case Create(Who who, String ip) -> outcome(create(who, ip));
      case Nominate(Who who, String ip) ->
          outcome(change(who, new SmtpUserEdit.Nominate(IpAddress.parse(ip), null)));
      case Move(Who who, String from, String ip) ->
          outcome(change(who, new SmtpUserEdit.Nominate(IpAddress.parse(ip), new Username(from))));
      case Release(Who who) -> outcome(change(who, new SmtpUserEdit.Release()));
      case Delete(Who who) -> outcome(users.delete(name(who), Precondition.NONE, caller(who)));
      case ReadUser(Who who) -> shown(users.find(who.account(), name(who)));
      case ReadAddress(String account, String ip) ->
          owned(addresses.find(account, IpAddress.parse(ip)));
    };
  }

  private Result create(Who who, @Nullable String ip) {
    NewSmtpUser asked =
        new NewSmtpUser(name(who), SmtpUser.Profile.NEW, ip == null ? null : IpAddress.parse(ip));
    return users.create(asked, "password", caller(who), null);
  }

  private Result change(Who who, SmtpUserEdit edit) {
    return users.change(name(who), Precondition.NONE, edit, caller(who), null);
  }

  private static Outcome outcome(Result result) {
    return switch (result) {
      case Result.Saved _ -> new Done();
      case Result.NoSuchUser() -> new Missing();
      case Result.UsernameTaken() -> new Taken();
      case Result.AddressHeld(IpAuthentication by) -> new Held(owner(by));
      case Result.NotHeldByIt() -> new NotHeld();
      case Result.TooManySmtpUsers _ -> new Full();
      case Result.Stale(),
          Result.Replayed _,
          Result.KeyReused(),
          Result.MadeBeforeAndDeleted(),
          Result.NotThere() ->
          throw new IllegalStateException("Nobody asked for that: " + result);
    };
  }

  private static Outcome shown(@Nullable SmtpUser user) {
    return user == null ? new Missing() : new Shows(ip(user.nomination()));
  }

  private static @Nullable String ip(@Nullable Nomination nomination) {
    return nomination == null ? null : nomination.ip().toString();
  }

  private static Outcome owned(@Nullable IpAuthentication row) {
    return new OwnedBy(row == null ? null : owner(row));
  }

  private static Who owner(IpAuthentication row) {
    return new Who(row.accountId(), row.username().text());
  }

  private static Username name(Who who) {
    return new Username(who.user());
  }

  private static Caller caller(Who who) {
    return new Caller(who.account(), "admin", IpAddress.parse("192.0.2.1"), Deadline.in(SHORT));
  }
}
