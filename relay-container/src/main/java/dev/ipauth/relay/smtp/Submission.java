package dev.ipauth.relay.smtp;

import dev.ipauth.tables.SmtpUser;

/**
 * A message that an SMTP user may send, as {@code MAIL} began it.
 *
 * @param id the transaction's, as in {@code Received} and in the event lines
 */
public record Submission(String id, SmtpUser user, MailFrom from) {}
