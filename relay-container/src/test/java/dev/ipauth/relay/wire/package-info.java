/**
 * The relay over real sockets. {@code TranscriptTest} runs the dialogues in {@code
 * src/test/resources/dev/ipauth/relay/wire}: read one of those first.
 */
@NullMarked
package dev.ipauth.relay.wire;

import org.jspecify.annotations.NullMarked;
