/** What those functions share that AWS Lambda calls without the application around them. */
@NullMarked
package dev.ipauth.functions.lambda;

import org.jspecify.annotations.NullMarked;
