/** Placeholder. */
package dev.ipauth.relay.onward;
