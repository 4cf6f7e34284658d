package dev.ipauth.relay.smtp;

import dev.ipauth.tables.SmtpUser;
import org.jspecify.annotations.Nullable;

/**
 * A message that may be sent, as {@code MAIL} began it.
 *
 * @param id the transaction's, as in {@code Received} and in the event lines
 * @param user who may send it; null when it comes from the queue
 * @param owner whose it is; null when it is the relay's own
 */
public record Submission(String id, @Nullable SmtpUser user, @Nullable Owner owner, MailFrom from) {

  /** Whose a message is, though the user may be gone by now. */
  public record Owner(String smtpUser, String accountId) {}

  public Submission(String id, SmtpUser user, MailFrom from) {
    this(id, user, new Owner(user.username().text(), user.accountId()), from);
  }

  /** The account that it counts for; null when it is the relay's own. */
  public @Nullable String account() {
    return owner == null ? null : owner.accountId();
  }
}
