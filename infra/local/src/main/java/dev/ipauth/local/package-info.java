/**
 * The whole platform on one machine, in one JVM: embedded tables, the HTTP API, the relay, and a
 * mail sink where no next hop is set. To try the product with, to test it whole, and to run it.
 *
 * <p>The functions and the relay are the very ones that are deployed. What is only here: how one
 * signs in ({@code SIGN_IN}; by default whoever asks is let in, and HTTP is therefore answered on
 * the loopback address only), a folder that keeps everything ({@code DATA_DIR}), and defaults for
 * the settings that have none elsewhere.
 *
 * <p>Start reading at {@link dev.ipauth.local.Platform}.
 */
@NullMarked
package dev.ipauth.local;

import org.jspecify.annotations.NullMarked;
