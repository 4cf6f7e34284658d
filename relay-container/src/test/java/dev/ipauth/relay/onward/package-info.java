/**
 * Tests of handing on, with real sockets on 127.0.0.1.
 *
 * <p>{@code TranscriptTest} plays the dialogues in {@code *.txt}: what the device wants, what goes
 * over the wire, what the device hears. {@code FaultsTest} takes every stage through every fault,
 * against {@code FaultyNextHop}.
 */
@NullMarked
package dev.ipauth.relay.onward;

import org.jspecify.annotations.NullMarked;
