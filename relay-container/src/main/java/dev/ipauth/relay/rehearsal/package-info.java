/**
 * A relay that talks to itself, for the image's build: what the JVM loads and learns meanwhile, it
 * keeps in an AOT cache ({@code -XX:AOTCacheOutput}), with which the real relay starts sooner. Its
 * tables, its next hop and its device are on 127.0.0.1, and nothing here is used by a real relay.
 */
@NullMarked
package dev.ipauth.relay.rehearsal;

import org.jspecify.annotations.NullMarked;
