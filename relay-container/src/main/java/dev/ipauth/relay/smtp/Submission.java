package dev.ipauth.relay.smtp;

import dev.ipauth.tables.SmtpUser;
import org.jspecify.annotations.Nullable;

/**
 * A message that may be sent, as {@code MAIL} began it.
 *
 * @param user whose it is; null when it comes from the queue
 * @param id the transaction's, as in {@code Received} and in the event lines
 */
public record Submission(String id, @Nullable SmtpUser user, MailFrom from) {}
