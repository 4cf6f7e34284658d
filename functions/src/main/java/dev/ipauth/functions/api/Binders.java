package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.tables.Username;
import io.micronaut.context.annotation.Factory;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.PostponedRequestArgumentBinder;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;

/** Makes a handler's arguments of a request, once it is known who is calling. */
@Factory
final class Binders {
  @Singleton
  TypedRequestArgumentBinder<Caller> caller() {
    return new Binder<>(Caller.class, CallerFilter::callerOf);
  }

  @Singleton
  TypedRequestArgumentBinder<Username> username() {
    return new Binder<>(Username.class, UsernameInPath::of);
  }

  @Singleton
  TypedRequestArgumentBinder<IfMatch> ifMatch() {
    return new Binder<>(IfMatch.class, IfMatch::of);
  }

  @Singleton
  TypedRequestArgumentBinder<Query> query() {
    return new Binder<>(Query.class, Query::of);
  }

  private record Binder<T>(Argument<T> argumentType, Function<HttpRequest<?>, T> reading)
      implements TypedRequestArgumentBinder<T>, PostponedRequestArgumentBinder<T> {
    Binder(Class<T> type, Function<HttpRequest<?>, T> reading) {
      this(Argument.of(type), reading);
    }

    @Override
    public BindingResult<T> bind(ArgumentConversionContext<T> context, HttpRequest<?> request) {
      Optional<T> value = Optional.of(reading.apply(request));
      return () -> value;
    }
  }
}
