/**
 * What all connections together may take of something, shared so that nobody takes all of it. Knows
 * neither what is shared nor who shares it.
 */
@NullMarked
package dev.ipauth.relay.budget;

import org.jspecify.annotations.NullMarked;
