package dev.ipauth.relay.wire;

import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.smtp.Command;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Step;

/** What the next octets from the device are. */
sealed interface Reading {

  /** Too early: nobody has been greeted yet. */
  record BeforeGreeting() implements Reading {}

  /** A command. */
  record CommandLine() implements Reading {}

  /**
   * The rest of a line that is too long to be one.
   *
   * @param command what its beginning makes of it
   */
  record OverlongLine(Command command) implements Reading {}

  /** An answer within AUTH. */
  record AuthLine() implements Reading {}

  /** Text up to its final dot. */
  record Text(MessageText text) implements Reading {}

  /**
   * Counted text.
   *
   * @param left octets that haven't come yet
   */
  record Chunk(Step.ReadChunk chunk, long left) implements Reading {}

  /**
   * Octets that nobody wants, with the reply when they are over.
   *
   * @param left octets that haven't come yet
   */
  record Dropped(long left, Reply reply) implements Reading {}

  /** Nothing yet: an answer is awaited. What comes meanwhile waits. */
  record Nothing() implements Reading {}

  /** Nothing in the clear any more. */
  record TlsBeginning() implements Reading {}

  /**
   * The last word is said; what still comes is thrown away, so that no reset swallows that word.
   */
  record Over() implements Reading {}
}
