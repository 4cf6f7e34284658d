/**
 * What is done before Lambda takes its snapshot (SnapStart), so that the first request after a
 * restore finds its classes loaded, its code compiled and TLS set up.
 *
 * <p>One snapshot wakes up as many processes. So what the rehearsal leaves behind is classes and
 * never state: it plays on a stage of its own, an application with tables and tokens of its own,
 * which is torn down before the snapshot.
 */
@NullMarked
package dev.ipauth.functions.rehearsal;

import org.jspecify.annotations.NullMarked;
