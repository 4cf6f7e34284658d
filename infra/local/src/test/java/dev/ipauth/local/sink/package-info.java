/** The sink, spoken to over a socket. */
@NullMarked
package dev.ipauth.local.sink;

import org.jspecify.annotations.NullMarked;
