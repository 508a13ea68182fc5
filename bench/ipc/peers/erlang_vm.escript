#!/usr/bin/env escript
%% Times gen_server:call and gen_server:cast inside one VM. Reads commands, one a line, until the end of input:
%%   call MICROSECONDS                    a 15-byte key there, a 15-byte value back
%%   lookup MICROSECONDS                  of one of 10 000 keys in ETS, a hundred to a sample
%%   cast SENDERS BATCH MICROSECONDS      64 bytes; a batch is over when the server has handled all of it
%% and answers each with the number of samples and the samples, ns an operation.
-module(erlang_vm).
-mode(compile).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2]).

-define(MOST_SAMPLES, 50000).

main(_) ->
    {ok, Server} = gen_server:start_link(?MODULE, [], []),
    loop(Server, atomics:new(?MOST_SAMPLES, [])).

loop(Server, Samples) ->
    case io:get_line("") of
        eof -> ok;
        Line ->
            answer(string:lexemes(Line, " \n"), Server, Samples),
            loop(Server, Samples)
    end.

answer(["call", Time], Server, Samples) ->
    Call = fun() -> gen_server:call(Server, {lookup, <<"a key, 15 bytes">>}) end,
    report(1, measure(Call, time(Time), Samples), Samples);
answer(["lookup", Time], _Server, Samples) ->
    Keys = [<<"a key, ", (integer_to_binary(I))/binary>> || I <- lists:seq(0, 9999)],
    Table = ets:new(names, [set, {read_concurrency, true}]),
    [ets:insert(Table, {Key, {self(), I}}) || {I, Key} <- lists:zip(lists:seq(0, 9999), Keys)],
    Some = list_to_tuple([lists:nth(1 + (I * 7919) rem 10000, Keys) || I <- lists:seq(1, 100)]),
    Round = fun() -> look_up(Table, Some, 100) end,
    report(100, measure(Round, time(Time), Samples), Samples),
    ets:delete(Table);
answer(["cast", Senders, Batch, Time], Server, Samples) ->
    Messages = list_to_integer(Batch),
    Pids = start_senders(list_to_integer(Senders), Messages, Server),
    Round = fun() -> batch(Server, Pids, Messages) end,
    report(Messages, measure(Round, time(Time), Samples), Samples),
    [exit(Pid, kill) || Pid <- Pids].

time(Microseconds) -> list_to_integer(Microseconds) * 1000.

%% ---- the server

init([]) -> {ok, {0, none}}.

handle_call({lookup, Key}, _From, State) -> {reply, Key, State};
handle_call({await, Messages}, From, {Notes, none}) when Notes < Messages -> {noreply, {Notes, {From, Messages}}};
handle_call({await, Messages}, _From, {Notes, none}) -> {reply, ok, {Notes - Messages, none}}.

handle_cast({note, _Text}, {Notes, {From, Messages}}) when Notes + 1 =:= Messages ->
    gen_server:reply(From, ok),
    {noreply, {0, none}};
handle_cast({note, _Text}, {Notes, Waiting}) -> {noreply, {Notes + 1, Waiting}}.

%% ---- look-ups

look_up(_Table, _Some, 0) -> ok;
look_up(Table, Some, Count) ->
    [{_Key, _Value}] = ets:lookup(Table, element(Count, Some)),
    look_up(Table, Some, Count - 1).

%% ---- casts

start_senders(Count, Messages, Server) ->
    [spawn(fun() -> sender(Server, Messages div Count) end) || _ <- lists:seq(1, Count)].

sender(Server, Count) ->
    receive go -> send(Server, <<0:512>>, Count) end,
    sender(Server, Count).

send(_Server, _Text, 0) -> ok;
send(Server, Text, Count) ->
    gen_server:cast(Server, {note, Text}),
    send(Server, Text, Count - 1).

batch(Server, Pids, Messages) ->
    [Pid ! go || Pid <- Pids],
    gen_server:call(Server, {await, Messages}, infinity).

%% ---- timing: a tenth of the time for warming up, and the cost of the clock taken off, as for all the others

measure(Operation, Time, Samples) ->
    Begin = now_ns(),
    measure(Operation, Begin + Time div 10, Samples, clock_cost(), 0),
    measure(Operation, Begin + Time, Samples, clock_cost(), 0).

measure(_Operation, _End, _Samples, _Clock, ?MOST_SAMPLES) -> ?MOST_SAMPLES;
measure(Operation, End, Samples, Clock, Count) ->
    Begin = now_ns(),
    Operation(),
    After = now_ns(),
    atomics:put(Samples, Count + 1, max(0, After - Begin - Clock)),
    if After < End -> measure(Operation, End, Samples, Clock, Count + 1);
       true -> Count + 1
    end.

clock_cost() ->
    Costs = [begin Begin = now_ns(), now_ns() - Begin end || _ <- lists:seq(1, 1001)],
    lists:nth(501, lists:sort(Costs)).

now_ns() -> erlang:monotonic_time(nanosecond).

report(Operations, Count, Samples) ->
    Lines = [io_lib:format("~w~n", [atomics:get(Samples, I) / Operations]) || I <- lists:seq(1, Count)],
    io:put_chars([integer_to_list(Count), $\n, Lines]).
