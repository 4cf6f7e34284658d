package dev.ipauth.relay.ses;

import dev.ipauth.relay.onward.NeverTaken;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What SES never takes. One bad recipient would cost the others their mail, and what SES would say
 * of one comes only when the text has ended.
 *
 * @param nullSender what a null sender is sent as; empty when there is nothing
 */
record SesNeverTakes(String nullSender) implements NeverTaken {
  private static final int MOST_RECIPIENTS = 50;

  /** What SES takes of one message (40 MB), before base64. */
  private static final long LARGEST = 40_000_000;

  /** What a message's sender is there. */
  String sentAs(MailFrom from) {
    return from.address().isEmpty() ? nullSender : from.address();
  }

  @Override
  public @Nullable Reply sender(MailFrom from) {
    return SesAddress.isGood(sentAs(from)) ? null : Replies.SES_BAD_SENDER;
  }

  @Override
  public @Nullable Reply recipient(MailFrom from, RcptTo to, int before) {
    Reply sender = sender(from);
    if (sender != null) {
      return sender;
    }
    if (!SesAddress.isGood(to.address())) {
      return Replies.SES_BAD_RECIPIENT;
    }
    return before >= MOST_RECIPIENTS ? Replies.TOO_MANY_RECIPIENTS : null;
  }

  @Override
  public @Nullable Reply text(long bytes) {
    return bytes > LARGEST ? Replies.TOO_LARGE : null;
  }
}
