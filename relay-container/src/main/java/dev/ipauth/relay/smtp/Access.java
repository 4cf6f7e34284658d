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
   * An SMTP user that something concerns.
   *
   * @param by how it was identified; null when only its name was given, with a wrong password
   */
  record Identity(Username username, String accountId, @Nullable AuthenticatedBy by) {

    static Identity of(SmtpUser user, @Nullable AuthenticatedBy by) {
      return new Identity(user.username(), user.accountId(), by);
    }

    /** Whether it was identified. */
    public boolean isKnown() {
      return by != null;
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
      return new Identity(username, accountId, AuthenticatedBy.PASSWORD);
    }
  }

  /** The answer to AUTH. */
  sealed interface AuthAnswer {
    record Accepted(Login login) implements AuthAnswer {}

    /**
     * Wrong password, unknown user, disabled, outside the restrictions: nobody learns which, but
     * for the operator.
     *
     * @param named the SMTP user of that name; null when there is none
     * @param passwordWasRight so that it is known to be that user
     */
    record Refused(@Nullable SmtpUser named, boolean passwordWasRight) implements AuthAnswer {
      /** Nobody has that name. */
      public static final Refused NOBODY = new Refused(null, false);
    }

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
        case Granted(SmtpUser user, AuthenticatedBy by) -> Identity.of(user, by);
        case Disabled(SmtpUser user) -> Identity.of(user, AuthenticatedBy.IP);
        case OverRate(Granted(SmtpUser user, AuthenticatedBy by), _) -> Identity.of(user, by);
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
    record OverRate(Granted granted, Reply reply) implements Permission {}
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
