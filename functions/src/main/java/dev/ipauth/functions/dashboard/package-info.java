/**
 * The dashboard: a static page of HTML, CSS and ES modules (in the resources' folder {@code
 * dashboard}) and the settings that it starts with. Whoever loads it knows nothing yet: what it
 * shows, it asks of the API, with the token of whoever has signed in.
 */
@NullMarked
package dev.ipauth.functions.dashboard;

import org.jspecify.annotations.NullMarked;
