/**
 * What is done before Lambda takes its snapshot (SnapStart), so that the first request after a
 * restore finds its classes loaded, its code compiled and TLS set up.
 *
 * <p>One snapshot wakes up as many processes. So what priming leaves behind is classes and never
 * state: the requests go to a second application with tables and tokens of its own, which is closed
 * before the snapshot is taken.
 */
@NullMarked
package dev.ipauth.functions.priming;

import org.jspecify.annotations.NullMarked;
