package dev.ipauth.tables;

import org.jspecify.annotations.Nullable;

/**
 * What the rules say of a device that wants to send, by what the tables hold: the relay decides by
 * it, and the API tells it to whoever asks. How often somebody may send is no part of it.
 */
public sealed interface Verdict {

  /** It may send, as this SMTP user. */
  record Allowed(SmtpUser user) implements Verdict {
    /** What the device hears, behind 250. */
    public static final String TEXT = "2.1.0 Sender OK";
  }

  /**
   * It may not.
   *
   * @param user whom it was identified as, by its address or by the right password; null for nobody
   */
  record Refused(Why why, @Nullable SmtpUser user) implements Verdict {}

  /** Why not, and what the device hears. */
  enum Why {
    /** The same words, whichever it is: nobody learns which. */
    PASSWORD_REFUSED(535, "5.7.8 Authentication credentials invalid"),
    /** The address that it comes from is named behind it. */
    NOT_NOMINATED(530, "5.7.0 Authentication required: no SMTP user nominates your address"),
    USER_DISABLED(550, "5.7.1 This SMTP user is disabled"),
    SENDER_NOT_ALLOWED(550, "5.7.1 This SMTP user may not send as this address");

    private final int code;
    private final String text;

    Why(int code, String text) {
      this.code = code;
      this.text = text;
    }

    public int code() {
      return code;
    }

    public String text() {
      return text;
    }

    /** The same to a device at this address. */
    public String text(@Nullable IpAddress from) {
      return this == NOT_NOMINATED ? text + " " + from : text;
    }
  }

  /**
   * Of AUTH.
   *
   * @param user whose password was right; null when none was
   * @param from where from; null leaves the restrictions out
   */
  static Verdict byPassword(@Nullable SmtpUser user, @Nullable IpAddress from) {
    return user != null && user.enabled() && (from == null || user.mayUsePasswordFrom(from))
        ? new Allowed(user)
        : new Refused(Why.PASSWORD_REFUSED, user);
  }

  /**
   * Of {@code MAIL} from a connection without a login that stands.
   *
   * @param nominee the SMTP user that nominates its address, if any
   */
  static Verdict byAddress(@Nullable SmtpUser nominee) {
    if (nominee == null) {
      return new Refused(Why.NOT_NOMINATED, null);
    }
    return nominee.enabled() ? new Allowed(nominee) : new Refused(Why.USER_DISABLED, nominee);
  }

  /**
   * The same, for this sender.
   *
   * @param mailFrom empty is the null sender
   */
  default Verdict from(String mailFrom) {
    return this instanceof Allowed(SmtpUser user) && !user.maySendAs(mailFrom)
        ? new Refused(Why.SENDER_NOT_ALLOWED, user)
        : this;
  }
}
