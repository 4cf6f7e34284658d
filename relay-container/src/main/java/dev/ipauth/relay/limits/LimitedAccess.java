package dev.ipauth.relay.limits;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.tables.IpAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may send, within the limits: a failed AUTH is answered late, too many not at all, and a
 * message over the rate is put off. Who may send at all is decided by the {@link Access} behind it.
 */
public final class LimitedAccess implements Access {
  private final Access access;
  private final Limits limits;
  private final AuthFailures failures;

  public LimitedAccess(Access access, Limits limits, AuthFailures failures) {
    this.access = access;
    this.limits = limits;
    this.failures = failures;
  }

  @Override
  public CompletionStage<AuthAnswer> authenticate(
      String username, String password, IpAddress from) {
    Limit limit = failures.attempt(from, username);
    if (limit != null) {
      return CompletableFuture.completedStage(new AuthAnswer.ShutOut(limit.reply()));
    }
    return access
        .authenticate(username, password, from)
        .thenCompose(answer -> counted(answer, username, from));
  }

  private CompletionStage<AuthAnswer> counted(AuthAnswer answer, String username, IpAddress from) {
    return switch (answer) {
      case AuthAnswer.Accepted accepted -> {
        failures.succeeded(from, username);
        yield CompletableFuture.completedStage(accepted);
      }
      case AuthAnswer.Refused refused -> after(failures.failed(from, username), refused);
      case AuthAnswer.Unsure unsure -> CompletableFuture.completedStage(unsure);
      case AuthAnswer.ShutOut shutOut -> CompletableFuture.completedStage(shutOut);
    };
  }

  private static CompletionStage<AuthAnswer> after(Duration delay, AuthAnswer answer) {
    return new CompletableFuture<AuthAnswer>()
        .completeOnTimeout(answer, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
    return access.permission(from, login).thenApply(permission -> limited(permission, from));
  }

  @Override
  public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
    return access.permissionStill(from, login);
  }

  private Permission limited(Permission permission, IpAddress from) {
    if (!(permission instanceof Permission.Granted granted)) {
      return permission;
    }
    Limit limit = limits.message(from, granted.user().username());
    return limit == null ? granted : new Permission.OverRate(granted, limit.reply());
  }
}
