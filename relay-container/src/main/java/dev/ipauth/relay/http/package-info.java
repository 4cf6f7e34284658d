/**
 * Asking an API over HTTPS: within a time, with a bounded answer, and with whoever can't be reached
 * told in a sentence. What an answer means is its asker's business.
 */
@NullMarked
package dev.ipauth.relay.http;

import org.jspecify.annotations.NullMarked;
