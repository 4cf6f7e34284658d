/** Whose requests are answered on one machine, and as whose. */
@NullMarked
package dev.ipauth.local.http;

import org.jspecify.annotations.NullMarked;
