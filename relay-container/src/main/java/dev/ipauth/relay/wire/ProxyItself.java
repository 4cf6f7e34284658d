package dev.ipauth.relay.wire;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.tables.IpAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who may send on a proxy's own connection, such as its health check: nobody. */
final class ProxyItself implements Access {

  @Override
  public CompletionStage<AuthAnswer> authenticate(
      String username, String password, IpAddress from) {
    return CompletableFuture.completedStage(new AuthAnswer.ShutOut(Replies.PROXY_ITSELF));
  }

  @Override
  public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
    return CompletableFuture.completedStage(new Permission.ProxyItself());
  }

  @Override
  public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
    return permission(from, login);
  }
}
