/**
 * The whole platform on one machine, in one JVM: embedded tables, the HTTP API, the relay, and a
 * mail sink as the next hop. To try the product with, and to test it whole.
 *
 * <p>The functions and the relay are the very ones that are deployed. What is only here: tokens
 * that anybody on this machine may have ({@code POST /local/token}), the sink, and defaults for the
 * settings that have none elsewhere. HTTP is therefore answered on the loopback address only; the
 * relay listens wherever it is told to.
 *
 * <p>Start reading at {@link dev.ipauth.local.Platform}.
 */
@NullMarked
package dev.ipauth.local;

import org.jspecify.annotations.NullMarked;
