#!/usr/bin/env escript
%%! +S 1:1
%% Plays scripts on gen_server and tells what could be observed. Scripts come on stdin, each ended by a line `end`; traces go to
%% stdout in the same order, each ended by `end` too. script.hpp describes the one, player.cpp shows the other.
%%
%% There is one scheduler, and the driver takes no turns while it sends: so what it sends at once is in the mailboxes before anybody
%% looks, and whoever ends has told its links and monitors of it before the driver can see that it is gone.
-module(oracle).
-mode(compile).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).

-record(world, {servers, heard, calls = [], last_call = 0, suspended = [], ended = []}).
-record(server, {name, driver, heard, everybody = #{}, callers = [], monitors = #{}, requests = []}).

main(_) ->
    io:setopts([binary, {encoding, latin1}]),
    ok = logger:set_primary_config(level, none),
    [play_one(Text) || Text <- binary:split(read_all([]), <<"\nend\n">>, [global, trim_all])].

read_all(Parts) ->
    case file:read(standard_io, 1 bsl 20) of
        {ok, Part} -> read_all([Part | Parts]);
        eof -> iolist_to_binary(lists:reverse(Parts))
    end.

%% Each has a driver of its own, in whose mailbox nothing is left of the one before.
play_one(Text) ->
    {_, Monitor} = spawn_monitor(fun() -> exit({trace, play(Text)}) end),
    receive
        {'DOWN', Monitor, process, _, {trace, Trace}} -> ok = file:write(standard_io, Trace);
        {'DOWN', Monitor, process, _, Reason} ->
            io:format(standard_error, "oracle.escript: ~p~nin this script:~n~s~n", [Reason, Text]),
            halt(1)
    end.

%% ---- the driver

play(Text) ->
    [<<"script ", Title/binary>>, <<"servers ", Names/binary>> | Steps] = binary:split(Text, <<"\n">>, [global, trim_all]),
    World = start(binary:split(Names, <<" ">>, [global])),
    {Traces, _} = lists:mapfoldl(fun play_step/2, World, lists:zip(lists:seq(1, length(Steps)), Steps)),
    [end_of(World, Name) || {Name, _} <- World#world.servers],
    [Title, $\n, Traces, "end\n"].

start(Names) ->
    Heard = atomics:new(1, []),
    Driver = self(),
    Servers = [begin
        {ok, Pid} = gen_server:start(?MODULE, #server{name = Name, driver = Driver, heard = Heard}, []),
        monitor(process, Pid),
        {Name, Pid}
    end || Name <- Names],
    [gen_server:cast(Pid, {meet, maps:from_list(Servers)}) || {_, Pid} <- Servers],
    World = #world{servers = Servers, heard = Heard},
    rest(World),
    World.

end_of(World, Name) ->
    Pid = pid(World, Name),
    Monitor = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Monitor, process, Pid, _} -> ok end.

play_step({Number, <<"step ", Line/binary>>}, World) ->
    process_flag(priority, high),
    {Outcomes, After} = case binary:split(Line, <<": ">>) of
        [Words, Ops] -> {[], told(binary:split(Words, <<" ">>, [global]), Ops, World)};
        [Words] -> done(binary:split(Words, <<" ">>, [global]), World)
    end,
    rest(After),
    {Lines, Looked} = look(After),
    {[["step ", integer_to_list(Number), $\n], Outcomes, Lines], Looked}.

told([<<"tell">>, Name], Ops, World) -> tell(Name, Ops, World);
told([<<"cross">>, Name, Peer], Ops, World) ->
    case lists:member(Name, World#world.ended) orelse lists:member(Peer, World#world.ended) of
        true -> World;
        false ->
            [Mine, Others, Then] = binary:split(Ops, <<" | ">>, [global]),
            Crossed = tell(Peer, Others, tell(Name, Mine, World)),
            rest(Crossed),
            process_flag(priority, high),
            tell(Name, Then, Crossed)
    end.

done([<<"kill">>, Name], World) ->
    exit(pid(World, Name), kill),
    {[], World};
done([<<"suspend">> = What, Name], #world{suspended = Suspended} = World) ->
    {outcome(What, Name, fun() -> sys:suspend(pid(World, Name)) end), World#world{suspended = [Name | Suspended]}};
done([<<"resume">> = What, Name], #world{suspended = Suspended} = World) ->
    {outcome(What, Name, fun() -> sys:resume(pid(World, Name)) end),
     World#world{suspended = [Other || Other <- Suspended, Other =/= Name]}};
done([<<"stop">> = What, Name, Reason], World) ->
    {outcome(What, Name, fun() -> gen_server:stop(pid(World, Name), reason(Reason), infinity) end), World}.

outcome(What, Name, Run) ->
    Word = try Run(), "ok" catch exit:Reason -> failure(Reason) end,
    [What, " ", Name, ": ", Word, $\n].

tell(Name, Ops, World) ->
    lists:foldl(fun(Op, W) -> tell_one(Name, Op, W) end, World, binary:split(Ops, <<"; ">>, [global])).

tell_one(Name, <<"call ", How/binary>>, #world{last_call = Last, calls = Calls} = World) ->
    Request = gen_server:send_request(pid(World, Name), {ask, driver, How}),
    World#world{last_call = Last + 1, calls = Calls ++ [{Last + 1, Request}]};
tell_one(Name, <<"note ", _/binary>> = Op, World) ->
    pid(World, Name) ! {note, driver, Op},
    World;
tell_one(Name, Op, World) ->
    gen_server:cast(pid(World, Name), {tell, Op, binary:split(Op, <<" ">>, [global]), World#world.suspended}),
    World.

pid(World, Name) -> proplists:get_value(Name, World#world.servers).

%% Everybody rests when all are found waiting for a message twice, and have done nothing in between.
rest(World) ->
    process_flag(priority, normal),
    rest(World, snapshot(World)).
rest(World, Before) ->
    case snapshot(World) of
        Before when Before =/= busy -> ok;
        Now ->
            erlang:yield(),
            rest(World, Now)
    end.

snapshot(#world{servers = Servers, heard = Heard}) ->
    States = [state(Pid) || {_, Pid} <- Servers],
    case lists:member(busy, States) of
        true -> busy;
        false -> {States, atomics:get(Heard, 1)}
    end.

%% Whoever waits anywhere else waits for another process, and goes on.
state(Pid) ->
    case process_info(Pid, [message_queue_len, status, current_function]) of
        undefined -> ended;
        [_, {status, waiting}, {_, {sys, suspend_loop, _}}] -> suspended;
        [{message_queue_len, 0}, {status, waiting}, {_, {gen_server, loop, _}}] -> waiting;
        _ -> busy
    end.

look(World) ->
    {Outcomes, Calls} = lists:foldl(fun look_at_call/2, {[], []}, World#world.calls),
    {Lines, Ended} = look_at_mailbox(World, [], []),
    {[Outcomes, Lines], World#world{calls = lists:reverse(Calls), ended = Ended ++ World#world.ended}}.

look_at_call({Number, Request} = Call, {Lines, Calls}) ->
    case gen_server:wait_response(Request, 0) of
        timeout -> {Lines, [Call | Calls]};
        Response -> {[Lines, "call ", integer_to_list(Number), ": ", response(Response), $\n], Calls}
    end.

look_at_mailbox(World, Lines, Ended) ->
    receive
        {heard, Name, Line} -> look_at_mailbox(World, [Lines, Name, " heard ", Line, $\n], Ended);
        {'DOWN', _, process, Pid, Reason} ->
            {Name, Pid} = lists:keyfind(Pid, 2, World#world.servers),
            look_at_mailbox(World, [Lines, "ended ", Name, ": ", word(Reason), $\n], [Name | Ended])
    after 0 -> {Lines, Ended}
    end.

%% ---- a server

init(Server) -> {ok, Server}.

hear(#server{name = Name, driver = Driver, heard = Heard}, Line) ->
    atomics:add(Heard, 1, 1),
    Driver ! {heard, Name, Line},
    ok.

handle_call({ask, Who, How}, From, #server{callers = Callers} = Server) ->
    hear(Server, [case Who of driver -> ""; _ -> [Who, ": "] end, "call ", How]),
    case binary:split(How, <<" ">>) of
        [<<"reply">>] -> {reply, "done", Server};
        [<<"reply_idle">>] -> {reply, "done", Server, 0};
        [<<"reply_go">>] -> {reply, "done", Server, {continue, 1}};
        [<<"late">>] -> {noreply, Server#server{callers = Callers ++ [From]}};
        [<<"crash">>] -> error(boom);
        [<<"stop">>, Reason] -> {stop, reason(Reason), Server};
        [<<"stop_reply">>, Reason] -> {stop, reason(Reason), "done", Server}
    end.

handle_cast({meet, Everybody}, Server) -> {noreply, Server#server{everybody = Everybody}};
handle_cast({word, From, Text}, Server) ->
    hear(Server, [From, ": cast ", Text]),
    {noreply, Server};
handle_cast({pass, From, Caller}, #server{callers = Callers} = Server) ->
    hear(Server, [From, ": pass"]),
    {noreply, Server#server{callers = Callers ++ [Caller]}};
handle_cast({tell, Op, Words, Suspended}, Server) ->
    hear(Server, Op),
    do(Words, Suspended, Server).

handle_info(timeout, Server) ->
    hear(Server, "timeout"),
    {noreply, Server};
handle_info({note, driver, Op}, Server) ->
    hear(Server, Op),
    {noreply, Server};
handle_info({note, From, Text}, Server) ->
    hear(Server, [From, ": info ", Text]),
    {noreply, Server};
handle_info({'EXIT', Pid, Reason}, Server) ->
    hear(Server, [name(Pid, Server), ": exit ", word(Reason)]),
    {noreply, Server};
handle_info(Info, #server{requests = Requests} = Server) ->
    Responses = [{Peer, Request, Response} || {Peer, Request} <- Requests,
                 Response <- [gen_server:check_response(Info, Request)], Response =/= no_reply],
    case {Responses, Info} of
        {[{Peer, Request, Response}], _} ->
            hear(Server, ["response ", Peer, ": ", response(Response)]),
            {noreply, Server#server{requests = lists:keydelete(Request, 2, Requests)}};
        {[], {'DOWN', _, process, Pid, Reason}} ->
            hear(Server, [name(Pid, Server), ": down ", word(Reason)]),
            {noreply, Server}
    end.

handle_continue(Further, Server) ->
    hear(Server, ["continue ", integer_to_list(Further)]),
    case Further of
        0 -> {noreply, Server};
        _ -> {noreply, Server, {continue, Further - 1}}
    end.

terminate(Reason, Server) -> hear(Server, ["terminate ", word(Reason)]).

do([<<"idle">>], _, Server) -> {noreply, Server, 0};
do([<<"go">>, Further], _, Server) -> {noreply, Server, {continue, binary_to_integer(Further)}};
do([<<"stop">>, Reason], _, Server) -> {stop, reason(Reason), Server};
do([<<"crash">>], _, _) -> error(boom);
do([<<"say">>, _], _, Server) -> {noreply, Server};
do([<<"trap">>, OnOff], _, Server) ->
    process_flag(trap_exit, OnOff =:= <<"on">>),
    {noreply, Server};
do([<<"answer">>], _, #server{callers = []} = Server) -> {noreply, Server};
do([<<"answer">>], _, #server{callers = [Caller | Callers]} = Server) ->
    gen_server:reply(Caller, "late"),
    {noreply, Server#server{callers = Callers}};
do([What, Peer | More], Suspended, #server{everybody = Everybody} = Server) ->
    {noreply, do(What, {Peer, maps:get(Peer, Everybody)}, lists:join(" ", More), Suspended, Server)}.

do(<<"send">>, {_, Pid}, Text, _, #server{name = Name} = Server) ->
    gen_server:cast(Pid, {word, Name, Text}),
    Server;
do(<<"post">>, {_, Pid}, Text, _, #server{name = Name} = Server) ->
    Pid ! {note, Name, Text},
    Server;
%% A link to a process that has ended is an exit signal with noproc; only where both are in one Erlang node and the caller does
%% not trap exits, link/1 fails instead. Here it is the signal for everybody.
do(<<"link">>, {_, Pid}, _, _, Server) ->
    try link(Pid) catch error:noproc -> exit(self(), noproc) end,
    Server;
do(<<"unlink">>, {_, Pid}, _, _, Server) ->
    unlink(Pid),
    Server;
do(<<"monitor">>, {Peer, Pid}, _, _, #server{monitors = Monitors} = Server) ->
    Server#server{monitors = Monitors#{Peer => [monitor(process, Pid) | maps:get(Peer, Monitors, [])]}};
do(<<"demonitor">>, {Peer, _}, _, _, #server{monitors = Monitors} = Server) ->
    [demonitor(Monitor, [flush]) || Monitor <- maps:get(Peer, Monitors, [])],
    Server#server{monitors = maps:remove(Peer, Monitors)};
do(<<"exit">>, {_, Pid}, [Reason], _, Server) ->
    exit(Pid, reason(Reason)),
    Server;
do(<<"ask">>, {Peer, Pid}, How, _, #server{name = Name, requests = Requests} = Server) ->
    Request = gen_server:send_request(Pid, {ask, Name, iolist_to_binary(How)}),
    Server#server{requests = [{Peer, Request} | Requests]};
do(<<"phone">>, {Peer, Pid}, How, Suspended, #server{name = Name} = Server) ->
    Patience = case How =:= [<<"late">>] orelse lists:member(Peer, Suspended) of
        true -> 1;
        false -> infinity
    end,
    Outcome = try gen_server:call(Pid, {ask, Name, iolist_to_binary(How)}, Patience) catch exit:Reason -> failure(Reason) end,
    hear(Server, ["phone ", Peer, ": ", Outcome]),
    Server;
do(<<"pass">>, _, _, _, #server{callers = []} = Server) -> Server;
do(<<"pass">>, {_, Pid}, _, _, #server{name = Name, callers = [Caller | Callers]} = Server) ->
    gen_server:cast(Pid, {pass, Name, Caller}),
    Server#server{callers = Callers}.

name(Pid, #server{everybody = Everybody}) ->
    [Name] = [Name || {Name, P} <- maps:to_list(Everybody), P =:= Pid],
    Name.

%% ---- words

reason(<<"normal">>) -> normal;
reason(<<"shutdown">>) -> shutdown;
reason(<<"{shutdown,x}">>) -> {shutdown, x};
reason(<<"killed">>) -> killed;
reason(<<"error(oops)">>) -> oops.

word({shutdown, Text}) -> ["{shutdown,", atom_to_list(Text), "}"];
word({Text, Stack}) when is_list(Stack) -> word(Text);
word(Reason) when Reason =:= normal; Reason =:= shutdown; Reason =:= killed; Reason =:= noproc -> atom_to_list(Reason);
word(Text) when is_atom(Text) -> ["error(", atom_to_list(Text), ")"].

response({reply, Reply}) -> Reply;
response({error, {Reason, _}}) -> failure(Reason).

%% Of a call, or of a request.
failure({Reason, {_, _, _}}) -> failure(Reason);
failure(noproc) -> "noproc";
failure(timeout) -> "timeout";
failure(calling_self) -> "calling_self";
failure(Reason) -> ["down ", word(Reason)].
