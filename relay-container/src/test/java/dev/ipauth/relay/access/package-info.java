/**
 * Tests of who may send. {@code FreshCacheTest} holds the cache to the nanosecond on a clock of its
 * own; {@code WhoMaySendTest} runs the table of decisions in {@code who-may-send.txt}.
 */
@NullMarked
package dev.ipauth.relay.access;

import org.jspecify.annotations.NullMarked;
