package dev.ipauth.functions.campaign;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.campaign.Operation.Action;
import dev.ipauth.functions.campaign.Operation.Ask;
import dev.ipauth.functions.campaign.Operation.Create;
import dev.ipauth.functions.campaign.Operation.Delete;
import dev.ipauth.functions.campaign.Operation.Done;
import dev.ipauth.functions.campaign.Operation.Full;
import dev.ipauth.functions.campaign.Operation.Held;
import dev.ipauth.functions.campaign.Operation.Link;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.Move;
import dev.ipauth.functions.campaign.Operation.Nominate;
import dev.ipauth.functions.campaign.Operation.NotHeld;
import dev.ipauth.functions.campaign.Operation.NotThere;
import dev.ipauth.functions.campaign.Operation.Outcome;
import dev.ipauth.functions.campaign.Operation.OwnedBy;
import dev.ipauth.functions.campaign.Operation.PassDay;
import dev.ipauth.functions.campaign.Operation.Prove;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Release;
import dev.ipauth.functions.campaign.Operation.Shows;
import dev.ipauth.functions.campaign.Operation.Taken;
import dev.ipauth.functions.campaign.Operation.Waits;
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
import dev.ipauth.tables.PendingNomination;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Somebody who asks the register, as the API does, and writes down what was answered. */
record Claimer(SmtpUsers users, IpAuthentications addresses, Days days, Links links) {
  private static final String ELSEWHERE = "192.0.2.1";
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
      // From the address itself, which is as good as a proof.
      case Create(Who who, String ip) ->
          outcome(create(who, ip, caller(who, ip == null ? ELSEWHERE : ip)));
      case Nominate(Who who, String ip) -> outcome(nominate(who, ip, ip));
      case Move(Who who, String from, String ip) ->
          outcome(change(who, new SmtpUserEdit.Nominate(IpAddress.parse(ip), new Username(from))));
      case Ask(Who who, String ip, boolean makesUser) ->
          asked(
              who,
              ip,
              makesUser ? create(who, ip, caller(who, ELSEWHERE)) : nominate(who, ip, ELSEWHERE));
      case Prove(_, Link link, boolean isThere) ->
          outcome(
              users.prove(
                  link.code(),
                  IpAddress.parse(isThere ? link.ip() : ELSEWHERE),
                  Deadline.in(SHORT)));
      case PassDay() -> {
        days.pass();
        yield new Done();
      }
      case Release(Who who) -> outcome(change(who, new SmtpUserEdit.Release()));
      case Delete(Who who) ->
          outcome(users.delete(name(who), Precondition.NONE, caller(who, ELSEWHERE)));
      case ReadUser(Who who) -> read(who);
      case ReadAddress(String account, String ip) ->
          owned(addresses.find(account, IpAddress.parse(ip)));
    };
  }

  private Result create(Who who, @Nullable String ip, Caller caller) {
    NewSmtpUser asked =
        new NewSmtpUser(name(who), SmtpUser.Profile.NEW, ip == null ? null : IpAddress.parse(ip));
    return users.create(asked, "password", caller, null);
  }

  private Result nominate(Who who, String ip, String from) {
    SmtpUserEdit edit = new SmtpUserEdit.Nominate(IpAddress.parse(ip), null);
    return users.change(name(who), Precondition.NONE, edit, caller(who, from), null);
  }

  private Result change(Who who, SmtpUserEdit edit) {
    return users.change(name(who), Precondition.NONE, edit, caller(who, ELSEWHERE), null);
  }

  private static Outcome outcome(Result result) {
    return switch (result) {
      case Result.Saved _ -> new Done();
      case Result.NoSuchUser() -> new Missing();
      case Result.UsernameTaken() -> new Taken();
      case Result.AddressHeld(IpAuthentication by) -> new Held(owner(by));
      case Result.NotHeldByIt() -> new NotHeld();
      case Result.TooManySmtpUsers _ -> new Full();
      case Result.NotThere() -> new NotThere();
      case Result.Stale(), Result.Replayed _, Result.KeyReused(), Result.MadeBeforeAndDeleted() ->
          throw new IllegalStateException("Nobody asked for that: " + result);
    };
  }

  private Outcome asked(Who who, String ip, Result result) {
    if (result instanceof Result.Saved(SmtpUser user) && !user.nominates(IpAddress.parse(ip))) {
      Link link = link(Objects.requireNonNull(user.pending(), "nothing waits"));
      links.add(who, link);
      return new Waits(link);
    }
    return outcome(result);
  }

  private Outcome read(Who who) {
    Instant now = days.instant();
    SmtpUser user = users.find(who.account(), name(who));
    if (user == null) {
      return new Missing();
    }
    Shows shows = shown(user, now);
    if (shows.waiting() != null) {
      links.add(who, shows.waiting());
    }
    return shows;
  }

  /** What the API shows of the user. */
  static Shows shown(SmtpUser user, Instant now) {
    PendingNomination pending = user.pending();
    return new Shows(
        ip(user.nomination()), pending == null || pending.isOver(now) ? null : link(pending));
  }

  private static Link link(PendingNomination pending) {
    return new Link(pending.ip().toString(), pending.code());
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

  private static Caller caller(Who who, String from) {
    return new Caller(who.account(), "admin", IpAddress.parse(from), Deadline.in(SHORT));
  }
}
