/**
 * The house style, held by a test. {@code mvn -pl infra/tidy test -Dtidy.fix=true} formats the
 * whole repository; everything else it finds is for a person to mend.
 */
@NullMarked
package dev.ipauth.tidy;

import org.jspecify.annotations.NullMarked;
