/*
 * One message in the queue, for spin: a relay takes it from its device, and two relays may deliver it.
 * Writes to the table fail, or are done and their answers get lost; a relay is paused at any step, for
 * as long as it pleases (Time), or killed; the next hop takes, puts off or refuses, and its answer gets lost.
 *
 * Held in every state that can be reached:
 *   Q1  when the device heard 250, the message is at the next hop, or kept with its text, or bounced;
 *   Q2  it is at the next hop twice only if no running relay heard that it was taken, or what one heard
 *       couldn't be written before its lease was over;
 *   Q3  what bounced isn't at the next hop, with the same exception;
 *   Q4  what was taken back, since its device had heard 4xx, isn't kept any more, though a write that nobody had an
 *       answer to may come to the table as late as it pleases.
 *
 * A mistake is put in by -D: DOT_UNLOOKED (no look at the lease before the final dot), DOT_UNSAID (a dot that
 * wasn't said counts as taken), NO_VERSION (the row is written by whoever wants to), NO_LEASE_ROW (a row that is
 * kept while the answer is listened for isn't leased), TEXT_AFTER_ROW (the text is put behind the row),
 * UNDO_UNASKED (a row in doubt is taken back though the device has heard 250), UNDO_UNBARRED (that a row isn't there
 * counts as that it won't come).
 * ./run tries each and wants an error.
 */
#define LEASE 2
#define MARGIN 1         /* looked at a little early */
/* With -DLATE writes may come to the table late, which makes many states: fewer attempts and ticks have to do. */
#ifdef UNDO_UNBARRED
#define LATE
#endif
#ifdef LATE
#define ATTEMPTS 1
#define END 3            /* the last tick */
#else
#define ATTEMPTS 3
#define END 4
#endif

mtype = { NOTHING, TAKEN, NOT_NOW, REFUSED };

byte now;
bool text, row;
byte version;
byte holder;             /* 1 or 2; 0 is nobody */
byte until;              /* the lease's end */

byte attempts;
byte copies;             /* at the next hop */
bool bounced;
bool told;               /* the device has heard 250 */
bool onItsWay;           /* a put that nobody had an answer to may come yet */
byte itsLease;           /* the end of that put's lease, 0 when it has none */
bool barred;             /* its place is kept: it can't */
bool takenBack;
bool doubt;              /* a message was taken, and nobody could tell in time */
bool beingSaid[3];       /* a relay has said the dot and not written what came of it */

#ifdef NO_VERSION
#define AS_READ row
#else
#define AS_READ (row && version == read)
#endif

#define KEPT (row && text)

inline checkAll() {
  assert(!told || copies > 0 || KEPT || bounced);      /* Q1 */
  assert(copies < 2 || doubt);                         /* Q2 */
  assert(!(bounced && copies > 0) || doubt);           /* Q3 */
  assert(!takenBack || !row)                           /* Q4 */
}

/* What a write does to the row: the lease is taken, or what came of an attempt is written. */
mtype = { LEASE_IT, FREE_IT, REMOVE_IT, BOUNCE_IT, PUT_IT, PUT_LEASED, BAR_IT };

inline change(what, me) {
  if
  :: what == LEASE_IT ->
     doubt = doubt || (holder == 3 - me && beingSaid[3 - me]);   /* it was paused past its lease */
     version++; holder = me; until = ends
  :: what == FREE_IT -> version++; holder = 0; until = 0
  :: what == REMOVE_IT -> row = false; version++; holder = 0; until = 0
  :: what == BOUNCE_IT -> row = false; version++; holder = 0; until = 0; bounced = true
  :: what == PUT_IT -> row = true; version = 1
  :: what == PUT_LEASED -> row = true; version = 1; holder = me; until = ends
  :: what == BAR_IT -> row = false; version++; holder = 0; until = 0; barred = true
  fi;
  checkAll()
}

#define IS_PUT (what == PUT_IT || what == PUT_LEASED)
#define MAY (IS_PUT -> (version == 0) : (what == BAR_IT -> (!row || AS_READ) : AS_READ))

/* A conditional write: done and heard, done and not heard, refused, or not done. */
inline write(me) {
  atomic {
    if
    :: MAY -> change(what, me); done = true; lost = false
    :: MAY -> change(what, me); done = false; lost = true
    :: !MAY -> done = false; lost = false
    :: done = false; lost = true
#ifdef LATE
    :: IS_PUT -> done = false; lost = true; onItsWay = true; itsLease = (what == PUT_LEASED -> ends : 0)
#endif
    fi
  }
}

/* What the relay that holds the message does with the next hop's answer. */
inline settle(me) {
  if
  :: answer == NOT_NOW -> what = FREE_IT
  :: answer == TAKEN -> what = REMOVE_IT
  :: answer == REFUSED -> what = BOUNCE_IT
  fi;
  write(me)
}

/* It goes on until it is written, somebody else was first, or this relay is killed. */
inline settleOrDie(me) {
  do
  :: settle(me);
     if
     /* Not as it was read: it is somebody else's, or a try of this one was done and not heard. */
     :: done || !lost -> break
     :: else
     fi
  :: break                                             /* killed */
  od
}

/* What nothing depends on any more makes no states. */
inline forgetAll() {
  answer = NOTHING; what = PUT_IT; read = 0; ends = 0; done = false; lost = false
}

/* The dot is said. What it came to is doubtful until it is written, for whoever looks at the lease's end. */
inline sayDot(me) {
  atomic {
    if
    :: copies < 2 -> copies++; answer = TAKEN; beingSaid[me] = true
    :: answer = NOT_NOW
    :: answer = REFUSED
    fi;
    if
    :: copies == 2 -> checkAll()
    :: else
    fi
  }
}

/* The answer arrives, or is lost with the connection: then nobody heard, and it is tried again. */
inline hear(me) {
  atomic {
    if
    :: true
    :: beingSaid[me] -> answer = NOT_NOW; doubt = true
    fi
  }
}

/* The relay that the device is connected to. It leaves alone what it is at, so it delivers afterwards. */
proctype Passing() {
  byte read = 1;
  byte ends;
  bool done, lost;
  mtype what;
  mtype answer = NOTHING;

  if
  :: sayDot(1);                                        /* the next hop is slow: nobody waits for it */
     if
     :: atomic { answer == TAKEN -> beingSaid[1] = false; told = true; goto over }
     :: answer == REFUSED -> goto over                 /* the device hears it */
     :: true
     fi
  :: true                                              /* it can't be reached, or puts it off */
  fi;

#ifndef TEXT_AFTER_ROW
  text = true;
#endif
  ends = now + LEASE;
#ifdef NO_LEASE_ROW
  what = PUT_IT;
#else
  what = (answer == NOTHING -> PUT_IT : PUT_LEASED);
#endif
  write(1);
  if
  :: done -> atomic { told = true; checkAll() }
  :: !done && lost -> goto undo
  :: !done && !lost -> assert(false)                   /* nobody else puts it */
  fi;
#ifdef TEXT_AFTER_ROW
  text = true;
#endif
  done = false;
  if
  :: answer == NOTHING
  :: answer != NOTHING -> hear(1); settleOrDie(1)
  fi;
  goto over;

undo:                                                  /* the device hears 4xx */
#ifdef UNDO_UNASKED
  atomic { told = told || row };
#endif
  do
#ifndef LATE
  :: what = REMOVE_IT; write(1);
     if
     :: done || !lost -> break
     :: else
     fi
#else
#ifdef UNDO_UNBARRED
  :: atomic { !row -> takenBack = true; checkAll() } break
  :: row -> what = REMOVE_IT; write(1);
#else
  :: what = BAR_IT; write(1);
#endif
     if
     :: atomic { done -> takenBack = true; checkAll() } break
     :: !done && !lost -> break                        /* another relay's by now */
     :: !done && lost
     fi
#endif
  :: break                                             /* killed */
  od;

over:
  atomic { doubt = doubt || beingSaid[1]; beingSaid[1] = false; forgetAll(); run Relay(1) }
}

proctype Relay(byte me) {
  byte read;
  byte ends;
  bool done, lost;
  mtype what = PUT_IT;
  mtype answer = NOTHING;

  do
  :: now == END || attempts == ATTEMPTS -> break
  :: atomic {
       attempts < ATTEMPTS && row && !beingSaid[me] && (holder == 0 || until <= now) ->
       attempts++; read = version; ends = now + LEASE; what = LEASE_IT; answer = NOTHING; done = false
     }
     write(me);
     if
     :: atomic { done -> read++; done = false }
        assert(text);                                  /* else it would be set aside */
        if
        :: true                                        /* any pause */
#ifdef DOT_UNLOOKED
        :: sayDot(me)
#else
        :: atomic { now + MARGIN < ends -> sayDot(me) }
#endif
#ifdef DOT_UNSAID
        :: now + MARGIN >= ends -> answer = TAKEN
#endif
        fi;
        if
        :: answer == NOTHING                           /* killed before the dot, or too late for it */
        :: answer != NOTHING -> hear(me); settleOrDie(me)
        fi
     :: else                                           /* another's, or its lease runs out */
     fi;
     atomic { doubt = doubt || (beingSaid[me] && !done); beingSaid[me] = false; forgetAll() }
  od
}

/* The put that nobody had an answer to. Its condition is that there is no row. */
proctype Late() {
end_never:
  atomic {
    onItsWay && !row && !barred ->
    row = true; version++; holder = (itsLease > 0 -> 1 : 0); until = itsLease; onItsWay = false; itsLease = 0;
    checkAll()
  }
}

proctype Time() {
  do
  :: now < END -> now++
  :: now == END -> break
  od
}

init {
  atomic { run Passing(); run Relay(2); run Time();
#ifdef LATE
    run Late()
#endif
  }
}
