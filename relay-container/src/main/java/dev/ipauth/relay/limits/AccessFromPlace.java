package dev.ipauth.relay.limits;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.tables.IpAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who may send on one connection, which becomes one of its account's by it: one too many is put
 * off. Who may send at all is decided by the {@link Access} behind it.
 */
public final class AccessFromPlace implements Access {
  private final Access access;
  private final Limits.Place place;

  public AccessFromPlace(Access access, Limits.Place place) {
    this.access = access;
    this.place = place;
  }

  @Override
  public CompletionStage<AuthAnswer> authenticate(
      String username, String password, IpAddress from) {
    return access.authenticate(username, password, from);
  }

  @Override
  public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
    return access.permission(from, login).thenApply(this::placed);
  }

  @Override
  public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
    return access.permissionStill(from, login);
  }

  private Permission placed(Permission permission) {
    if (!(permission instanceof Permission.Granted granted)) {
      return permission;
    }
    Limit limit = place.mail(granted.user().accountId());
    return limit == null ? granted : new Permission.OverRate(granted, limit.reply());
  }
}
