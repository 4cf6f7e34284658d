/**
 * Environment variables, declared once and read together: a {@link dev.ipauth.settings.Setting} has
 * a name, a {@link dev.ipauth.settings.Form}, a default and a meaning, {@link
 * dev.ipauth.settings.Values} reads them all and names every fault at once.
 */
@NullMarked
package dev.ipauth.settings;

import org.jspecify.annotations.NullMarked;
