package dev.ipauth.relay.access;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.Peppers;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import dev.ipauth.tables.Verdict;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides who a device is, by what the tables held less than {@code CACHE_TTL} ago.
 *
 * <p>First the password, then the address, and any doubt about the first is no reason to ask the
 * second: who can't be told apart now may try again.
 */
public final class WhoMaySend implements Access {
  // A hash is made of a name too, so one is needed for what isn't a name at all.
  private static final Username NO_NAME = new Username("nobody");

  private final Peppers peppers;
  private final Function<Username, CompletionStage<Optional<SmtpUser>>> users;
  private final Function<IpAddress, CompletionStage<Optional<SmtpUser>>> nominees;

  /**
   * @param users the SMTP user of that name, if any
   * @param nominees the SMTP user that nominates that address, if any
   */
  WhoMaySend(
      Peppers peppers,
      Function<Username, CompletionStage<Optional<SmtpUser>>> users,
      Function<IpAddress, CompletionStage<Optional<SmtpUser>>> nominees) {
    this.peppers = peppers;
    this.users = users;
    this.nominees = nominees;
  }

  @Override
  public CompletionStage<AuthAnswer> authenticate(
      String username, String password, IpAddress from) {
    return named(username)
        .<AuthAnswer>thenApply(user -> check(user, password, from))
        .exceptionally(_ -> new AuthAnswer.Unsure());
  }

  private CompletionStage<Optional<SmtpUser>> named(String username) {
    return Username.isUsername(username)
        ? users.apply(Username.parse(username))
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /** Hashes in any case, and first, so that the time taken says nothing about the user. */
  private AuthAnswer check(Optional<SmtpUser> user, String password, IpAddress from) {
    PasswordHash expected = user.map(SmtpUser::passwordHash).orElseGet(Peppers::unknown);
    Username name = user.map(SmtpUser::username).orElse(NO_NAME);
    boolean right = peppers.matches(expected, name, password);
    SmtpUser named = user.orElse(null);
    return right && Verdict.byPassword(named, from) instanceof Verdict.Allowed && named != null
        ? new AuthAnswer.Accepted(new Login(name, named.accountId(), expected))
        : new AuthAnswer.Refused(named, right);
  }

  @Override
  public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
    CompletionStage<Permission> permission =
        login == null ? byAddress(from) : byPassword(login, from);
    return permission.exceptionally(_ -> new Permission.Unsure());
  }

  @Override
  public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
    return permission(from, login);
  }

  private CompletionStage<Permission> byPassword(Login login, IpAddress from) {
    return users
        .apply(login.username())
        .thenCompose(
            user ->
                user.isPresent() && stands(login, user.get(), from)
                    ? granted(user.get())
                    : byAddress(from));
  }

  private static boolean stands(Login login, SmtpUser user, IpAddress from) {
    return login.proof().equals(user.passwordHash())
        && login.accountId().equals(user.accountId())
        && Verdict.byPassword(user, from) instanceof Verdict.Allowed;
  }

  private static CompletionStage<Permission> granted(SmtpUser user) {
    return CompletableFuture.completedFuture(
        new Permission.Granted(user, AuthenticatedBy.PASSWORD));
  }

  private CompletionStage<Permission> byAddress(IpAddress from) {
    return nominees.apply(from).thenApply(WhoMaySend::asNominee);
  }

  private static Permission asNominee(Optional<SmtpUser> user) {
    return switch (Verdict.byAddress(user.orElse(null))) {
      case Verdict.Allowed(SmtpUser nominee) -> new Permission.Granted(nominee, AuthenticatedBy.IP);
      case Verdict.Refused(_, SmtpUser nominee) ->
          nominee == null ? new Permission.Nobody() : new Permission.Disabled(nominee);
    };
  }
}
