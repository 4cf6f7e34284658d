package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What a far side refuses whatever its state, as far as the relay knows that without asking: the
 * device hears of it though the message would be kept. Each answers null where nothing is known.
 * Thread-safe.
 */
public interface NeverTaken {
  @Nullable Reply sender(MailFrom from);

  /**
   * @param before how many recipients the message has already
   */
  @Nullable Reply recipient(MailFrom from, RcptTo to, int before);

  /**
   * @param bytes the length of the text as it came, dot-stuffed
   */
  @Nullable Reply text(long bytes);
}
