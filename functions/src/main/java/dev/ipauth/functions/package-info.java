/**
 * The control plane: the HTTP API of the platform and the one writer of its tables.
 *
 * <p>From a request to the rows: {@code caller} says who asks, {@code api} what HTTP makes of it,
 * {@code register} what becomes of the tables. Start reading at {@code register}: it keeps the
 * promise that an address has one owner. {@code messages} is the second half, the recorder of the
 * relay's event lines; {@code proof} and {@code dashboard} are pages; {@code auditor} and {@code
 * operator} are functions of their own. {@link dev.ipauth.functions.Settings} and {@link
 * dev.ipauth.functions.Parts} put it all together.
 *
 * <p>The same application answers behind API Gateway ({@link dev.ipauth.functions.LambdaHandler})
 * and on a port of one machine ({@code infra/local}).
 */
@NullMarked
package dev.ipauth.functions;

import org.jspecify.annotations.NullMarked;
