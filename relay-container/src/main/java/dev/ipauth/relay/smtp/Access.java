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

  /**
   * What a good AUTH leaves behind.
   *
   * @param proof the hash that the password had; when the user's is another one by now, the
   *     password no longer stands
   */
  record Login(Username username, PasswordHash proof) {}

  /** The answer to AUTH. */
  sealed interface AuthAnswer {
    record Accepted(Login login) implements AuthAnswer {}

    /** Wrong password, unknown user, disabled, outside the restrictions: nobody learns which. */
    record Refused() implements AuthAnswer {}

    record Unsure() implements AuthAnswer {}

    /**
     * Too many have failed from there.
     *
     * @param reply 4xx
     */
    record ShutOut(Reply reply) implements AuthAnswer {}
  }

  /** The answer to MAIL. */
  sealed interface Permission {
    record Granted(SmtpUser user, AuthenticatedBy by) implements Permission {}

    /** The address is nominated, but its SMTP user is disabled. */
    record Disabled() implements Permission {}

    /** No password, and nobody nominates the address. */
    record Nobody() implements Permission {}

    record Unsure() implements Permission {}

    /**
     * It may, but not so often.
     *
     * @param reply 4xx
     */
    record OverRate(Reply reply) implements Permission {}
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
}
