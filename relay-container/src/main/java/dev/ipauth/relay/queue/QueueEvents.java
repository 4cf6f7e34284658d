package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the queue tells the operator; each call is quick and never fails. */
public interface QueueEvents {

  /** What calls for the operator. The names are part of the log's format. */
  enum Alarm {
    OPERATOR_FAULT,
    BOUNCING_PAUSED,
    NEXT_HOP_DOWN,
    SET_ASIDE,
    QUEUE_FULL
  }

  /** An attempt that leaves recipients. */
  void attempt(QueuedMessage after, List<Recipient> left, String reply, Instant next);

  /**
   * Recipients of a kept message that were delivered to: by a later attempt, or while the device
   * waited, when only others had to be kept.
   */
  void delivered(QueuedMessage after, List<Recipient> recipients, Instant now);

  /**
   * Recipients that are given up.
   *
   * @param reportTo null when nobody is told
   */
  void bounced(QueuedMessage after, List<Recipient> recipients, @Nullable String reportTo);

  /** A message that was given up by whoever may. */
  void dropped(QueuedMessage message, String by);

  /** A report was put into the queue. */
  void reported(Report.Kind kind);

  /** A row or text that can't be used; its message stays where it is and isn't tried any more. */
  void setAside(String id, String why);

  /** What is kept was counted: a minute's look at the queue. */
  void counted(MailQueue.Kept kept);

  /** An alarm begins, or is over. */
  void alarm(Alarm alarm, boolean over);

  /** The queue's table, watched at each use. */
  Watch table();

  /** The folder or bucket of the texts, likewise. */
  Watch texts();

  /** What the queue can't do without: hears of each use whether it worked. */
  interface Watch {
    /** Of what nobody watches. */
    Watch NONE =
        new Watch() {
          @Override
          public void worked() {}

          @Override
          public void failed(String cause) {}
        };

    /** It could be used. */
    void worked();

    /**
     * It couldn't.
     *
     * @param cause a sentence for the operator
     */
    void failed(String cause);
  }

  /**
   * Something that needs no one at once.
   *
   * @param what a sentence, the same for each message that it happens to
   */
  void trouble(String what, Exception why);
}
