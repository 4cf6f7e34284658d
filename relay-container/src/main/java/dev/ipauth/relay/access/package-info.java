/**
 * Who may send: the relay's one view of the tables, which it only ever reads.
 *
 * <p>The invariant: {@code CACHE_TTL} after the API has answered a change, no relay acts on what
 * was before it. {@link dev.ipauth.relay.access.FreshCache} carries it and says why it holds;
 * {@link dev.ipauth.relay.access.NominationLookup} makes sure that what is kept was true at one
 * moment. All that can't be known within bounded time is {@code Unsure}, never a grant and never a
 * refusal for good.
 *
 * <p>Start reading at {@link dev.ipauth.relay.access.WhoMaySend}.
 */
@NullMarked
package dev.ipauth.relay.access;

import org.jspecify.annotations.NullMarked;
