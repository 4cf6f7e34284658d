/**
 * A day's work for a relay, for the image's build: what its JVM loads and learns meanwhile, it
 * keeps in an AOT cache ({@code -XX:AOTCacheOutput}), with which the real relay starts sooner. The
 * tables, the next hop and the devices are on 127.0.0.1, and nothing here is used by a real relay.
 */
@NullMarked
package dev.ipauth.training;

import org.jspecify.annotations.NullMarked;
