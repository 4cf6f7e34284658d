package dev.ipauth.relay.smtp;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who may send. A stage never completes exceptionally: what can't be known is {@code Unsure}, and
 * the session answers 4xx.
 */
public interface Access {

  /** An SMTP user that was identified, by an address or by the right password. */
  record Identity(Username username, String accountId) {

    static Identity of(SmtpUser user) {
      return new Identity(user.username(), user.accountId());
    }
  }

  /**
   * What a good AUTH leaves behind.
   *
   * @param proof the hash that the password had; when the user's is another one by now, the
   *     password no longer stands
   */
  record Login(Username username, String accountId, PasswordHash proof) {

    Identity identity() {
      return new Identity(username, accountId);
    }
  }

  /** The answer to AUTH. */
  sealed interface AuthAnswer {
    record Accepted(Login login) implements AuthAnswer {}

    /**
     * Wrong password, unknown user, disabled, outside the restrictions: nobody learns which, but
     * for the operator.
     *
     * @param identified null unless the password was right
     */
    record Refused(@Nullable SmtpUser identified) implements AuthAnswer {}

    record Unsure() implements AuthAnswer {}

    /**
     * Too many have failed from there.
     *
     * @param reply 4xx
     */
    record ShutOut(Reply reply) implements AuthAnswer {}
  }

  /** The answer to MAIL, and once more to DATA or the first BDAT. */
  sealed interface Permission {

    /** Who it is, as far as that is certain. */
    default @Nullable Identity identity() {
      return switch (this) {
        case Granted(SmtpUser user, _) -> Identity.of(user);
        case Disabled(SmtpUser user) -> Identity.of(user);
        case OverRate(SmtpUser user, _) -> Identity.of(user);
        case Nobody(), Unsure(), ProxyItself() -> null;
      };
    }

    /** The connection is a proxy's own, from which no mail is taken. */
    record ProxyItself() implements Permission {}

    record Granted(SmtpUser user, AuthenticatedBy by) implements Permission {}

    /** The address is nominated, but its SMTP user is disabled. */
    record Disabled(SmtpUser user) implements Permission {}

    /** No password, and nobody nominates the address. */
    record Nobody() implements Permission {}

    record Unsure() implements Permission {}

    /**
     * It may, but not so often.
     *
     * @param reply 4xx
     */
    record OverRate(SmtpUser user, Reply reply) implements Permission {}
  }

  /** How a message's SMTP user was known. */
  enum AuthenticatedBy {
    IP,
    PASSWORD
  }

  /** Checks a name and password as a device sent them. Neither need be well-formed. */
  CompletionStage<AuthAnswer> authenticate(String username, String password, IpAddress from);

  /**
   * Decides who a connection from this address is now.
   *
   * @param login of this connection, or null when it didn't authenticate
   */
  CompletionStage<Permission> permission(IpAddress from, @Nullable Login login);

  /**
   * Decides it once more for a message that has begun, and that is therefore counted already.
   *
   * @param login likewise
   */
  CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login);
}
