/** The values of the tables, as tables of cases: read {@code addresses.csv} first. */
@NullMarked
package dev.ipauth.tables;

import org.jspecify.annotations.NullMarked;
