package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What a device hears, and why when it isn't what it hoped for.
 *
 * @param failure null when it is
 */
record Answer(Reply reply, @Nullable Failure failure) {

  /** The next hop's own words, as they are passed on. */
  static Answer of(Stage stage, Reply reply) {
    return reply.isPositive()
        ? new Answer(reply, null)
        : new Answer(heard(reply), Failure.of(stage, reply));
  }

  /** With 421 the next hop closes its connection; the device's stays. */
  private static Reply heard(Reply reply) {
    return reply.code() == 421 ? new Reply(451, reply.lines()) : reply;
  }

  /** The relay's own words, where it doesn't come to asking the next hop. */
  static Answer ofTheRelay(Stage stage, Reply reply) {
    return new Answer(reply, new Failure(stage, Failure.kind(stage, reply), reply.toString()));
  }

  static Answer of(Failure failure) {
    return new Answer(failure.heard(), failure);
  }

  boolean isAccepted() {
    return reply.code() / 100 == 2;
  }
}
