/**
 * Who is calling: from the bearer token to the account, and how often it may.
 *
 * <p>Nothing below {@code /v1} is answered before {@link dev.ipauth.functions.caller.CallerFilter}
 * has verified a token; a controller that asks for a {@link dev.ipauth.functions.caller.Caller} can
 * rely on it. Neither the path nor the body nor a forwarding header ever says who calls or from
 * where. Start reading at {@link dev.ipauth.functions.caller.CallerFilter}.
 */
@NullMarked
package dev.ipauth.functions.caller;

import org.jspecify.annotations.NullMarked;
