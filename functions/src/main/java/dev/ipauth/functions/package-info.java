/**
 * The control plane: the HTTP API of the platform and the one writer of its tables.
 *
 * <p>Three rooms. {@code caller} says who asks, {@code api} what HTTP makes of it, {@code register}
 * what becomes of the tables. Start reading at {@code register}: it keeps the promise that an
 * address has one owner; the rest is how one asks. Beside them, {@code auditor} is a function of
 * its own that looks whether the promise was kept.
 *
 * <p>The same application answers behind API Gateway ({@link dev.ipauth.functions.LambdaHandler})
 * and on a port of one machine ({@code infra/local}).
 */
@NullMarked
package dev.ipauth.functions;

import org.jspecify.annotations.NullMarked;
