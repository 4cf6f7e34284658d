package dev.ipauth.relay.smtp;

import dev.ipauth.relay.message.MessageText;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What the session wants done next. Whoever holds the socket performs it, and reads nothing from
 * the device before: that lock step is what makes the order of replies, the end of a message and
 * the switch to TLS right by construction.
 */
public sealed interface Step {

  /** Say this, then read a command. */
  record Say(Reply reply) implements Step {}

  /**
   * Say this, then read one line that is no command but an answer for {@link Session#onAuthLine}.
   */
  record AskAuth(Reply reply) implements Step {}

  /** Say this, then read the text up to its final dot, then {@link Session#onTextEnd}. */
  record ReadText(Reply reply, MessageText text) implements Step {}

  /** Read this many octets as a part of the text, then {@link Session#onChunkEnd}. */
  record ReadChunk(long size, boolean last, MessageText text) implements Step {}

  /** Read this many octets and forget them, then say this, then read a command. */
  record DropChunk(long size, Reply reply) implements Step {}

  /** Say this, then begin TLS, then {@link Session#onTls}. What was sent behind is an attack. */
  record StartTls(Reply reply) implements Step {}

  /** Say this, then close. */
  record HangUp(Reply reply) implements Step {}

  /**
   * Read nothing until the answer is there, then do what follows from it.
   *
   * @param answer never completes exceptionally
   */
  record Wait<T>(CompletionStage<T> answer, Function<T, Step> then) implements Step {}
}
