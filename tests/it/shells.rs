//! One list of behaviours, run on every shell: what a runtime must not change.
//!
//! Each is an async function over [`Shell`](sockeye_tests::Shell), and a test of its name on each
//! runtime, plain and with TLS; on threads each of its calls is one that waits. What only the driver does is tested there, on a virtual clock.

mod accepting;
mod backpressure;
mod cancellation;
mod closing;
mod connecting;
mod cookies;
mod dialing;
mod draining;
mod early_frames;
mod failures;
mod forwarding;
mod messages;
mod neighbours;
mod opening;
mod proxies;
mod redirects;
mod silence;
mod time_limits;

/// Makes a test of each behaviour, in a module for each runtime, and for each with TLS.
///
/// Those in brackets are on TCP alone: they are about sockets, proxies or dialing, or have a server
/// made of bytes. Those behind `not on threads` want futures, for the reason that stands there.
macro_rules! on_every_shell {
    ($($subject:ident {
        $($behaviour:ident,)*
    } $([
        $($on_tcp:ident,)+
    ])? $((not on threads: $reason:literal) {
        $($of_futures:ident,)*
    } $([
        $($of_futures_on_tcp:ident,)+
    ])?)?)+) => {
        mod on_tokio {
            type Shell = sockeye::tokio::Tokio;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($on_tcp)+)?
                $($($of_futures)* $($($of_futures_on_tcp)+)?)?);)+
        }
        mod on_async_std {
            type Shell = sockeye::async_std::AsyncIo<sockeye::async_std::AsyncStd>;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($on_tcp)+)?
                $($($of_futures)* $($($of_futures_on_tcp)+)?)?);)+
        }
        mod on_smol {
            type Shell = sockeye::smol::AsyncIo<sockeye::smol::Smol>;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($on_tcp)+)?
                $($($of_futures)* $($($of_futures_on_tcp)+)?)?);)+
        }
        /// The blocking shell, by its own calls; what only they have is tested in `blocking`.
        mod on_threads {
            type Shell = sockeye_tests::Waiting;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($on_tcp)+)?);)+
        }
        /// The shell of `docs/new-runtime.md`.
        mod on_a_new_runtime {
            type Shell = sockeye_tests::Parked;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($on_tcp)+)?
                $($($of_futures)* $($($of_futures_on_tcp)+)?)?);)+
        }
        mod on_tokio_with_tls {
            type Shell = sockeye_tests::Secured<sockeye::tokio::Tokio>;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($of_futures)*)?);)+
        }
        #[cfg(feature = "native-tls")]
        mod on_tokio_with_native_tls {
            type Shell = sockeye_tests::Secured<sockeye::tokio::Tokio, sockeye_tests::NativeTls>;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($of_futures)*)?);)+
        }
        mod on_async_std_with_tls {
            type Shell = sockeye_tests::Secured<sockeye::async_std::AsyncIo<sockeye::async_std::AsyncStd>>;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($of_futures)*)?);)+
        }
        mod on_smol_with_tls {
            type Shell = sockeye_tests::Secured<sockeye::smol::AsyncIo<sockeye::smol::Smol>>;
            $(on_every_shell!(@tests $subject $($behaviour)* $($($of_futures)*)?);)+
        }
        mod on_threads_with_tls {
            type Shell = sockeye_tests::SecureWaiting;
            $(on_every_shell!(@tests $subject $($behaviour)*);)+
        }
    };
    (@tests $subject:ident) => {};
    (@tests $subject:ident $($behaviour:ident)+) => {
        mod $subject {
            use super::super::$subject;

            $(
                #[test]
                fn $behaviour() {
                    let behaviour = $subject::$behaviour::<super::Shell>();
                    <super::Shell as sockeye_tests::Shell>::run(behaviour);
                }
            )+
        }
    };
}

on_every_shell! {
    accepting {
        panic_or_error_in_a_handler_ends_only_its_connection,
        a_thousand_connections_one_after_another,
    } [
        aborted_connections_are_taken_for_what_they_are,
        a_socket_that_does_not_listen_ends_serving_with_an_error,
        a_listener_of_the_callers_is_served,
        one_port_is_not_given_twice,
        no_more_are_served_at_once_than_the_server_wants,
    ]
    backpressure {
        a_slow_reader_makes_send_wait_until_it_reads,
        halves_that_send_without_a_pause_do_not_lock_up,
        an_echo_passes_it_on_to_the_client_that_does_not_read,
    } [
        a_slow_reader_is_told_by_try_send_which_gives_the_message_back,
    ]
    cancellation {
    } (not on threads: "nobody can break off a call that waits") {
        recv_that_is_dropped_loses_no_message,
        send_that_is_dropped_sends_a_message_whole_or_not_at_all,
    } [
        connecting_that_is_dropped_leaves_nothing_behind,
    ]
    closing {
        by_the_client_is_seen_by_both,
        by_the_server_is_seen_by_both,
        by_both_at_once_is_clean,
        without_a_word_is_a_lost_connection,
        is_the_end_of_sending_and_receiving,
        a_violation_is_told_to_the_peer,
        a_violation_is_told_to_a_peer_that_goes_on_sending,
        leaves_time_to_a_peer_that_stops_soon,
        half_closes_before_it_reads_on,
    } [
        is_given_up_when_the_peer_does_not_answer,
    ]
    connecting {
    } [
        a_port_on_which_nobody_listens_is_an_error_of_connecting,
        a_name_without_an_address_is_an_error_of_resolving,
        wss_without_tls_says_what_is_missing_and_what_to_do,
        invalid_options_fail_before_anything_is_dialed,
        a_name_is_looked_up,
        a_server_that_says_nothing_is_given_up,
        a_refusal_keeps_its_response,
        a_client_connects_again_and_again_with_its_options,
    ]
    cookies {
    } [
        of_redirects_and_refusals_are_sent_back,
    ]
    dialing {
    } [
        a_resolver_of_the_callers_is_asked,
        given_addresses_are_dialed_and_the_host_is_still_the_uris,
        connections_start_from_the_bound_address,
        an_address_that_swallows_packets_is_overtaken,
    ]
    draining {
        closes_two_hundred_connections_with_1001,
        completes_what_a_handler_leaves,
        without_connections_ends_at_once_and_may_be_repeated,
    } [
        // One that is in the middle of TLS can be told nothing.
        answers_unfinished_handshakes_with_503,
        answers_all_that_wait_in_the_queue,
        ends_listening,
        frees_the_address,
    ] (not on threads: "a handler that waits for something else is a thread, and goes on") {
        cuts_off_those_that_do_not_leave,
    }
    early_frames {
        of_a_client_are_delivered_by_the_server,
        of_a_client_that_is_done_already_are_delivered_by_the_server,
    } [
        of_a_server_are_delivered_by_the_client,
    ]
    failures {
        of_handshakes_are_told,
        of_handlers_and_hooks_are_told,
        are_none_where_all_goes_well,
    }
    forwarding {
    } [
        trusted_peers_speak_the_proxy_protocol,
        trusted_peers_without_the_proxy_protocol_are_cut_off,
        trusted_peers_that_say_nothing_are_given_up,
        others_are_clients_themselves,
        trusted_peers_forward_for_others,
        nobody_forwards_for_whom_the_proxy_does_not_know,
        haproxy_names_the_client_by_the_proxy_protocol,
        haproxy_forwards_for_the_client,
        nginx_forwards_for_the_client,
    ]
    messages {
        are_echoed_with_their_kind,
        of_every_length_around_the_steps_of_the_header,
        in_fragments_arrive_whole,
        whole_arrive_in_pieces,
        of_the_largest_size_pass_both_ways,
        that_are_fed_leave_with_the_next_flush,
        pings_are_answered_between_them,
        pass_both_ways_from_two_tasks,
        of_many_senders_arrive_whole_and_in_order,
    } (not on threads: "the blocking shell has no bursts") {
        in_a_burst_are_answered_together,
    }
    neighbours {
    } [
        of_a_flood_have_their_turn,
    ]
    opening {
        plain_serve_gives_the_websocket_alone,
        handler_sees_the_request,
        pages_of_other_origins_are_refused,
        origin_policy_is_the_servers_choice,
        server_chooses_the_subprotocol_it_likes_best,
        plain_http_is_answered_by_the_hook,
        plain_http_without_a_hook_gets_426,
        accept_hook_looks_before_it_accepts,
        slow_handshake_is_answered_with_408,
        a_request_a_byte_at_a_time_is_taken,
    }
    proxies {
    } [
        of_http_make_a_tunnel,
        of_http_want_a_password,
        of_socks_connect_on,
        of_socks_are_told_one_address_after_another,
        of_socks_want_a_password,
        that_misbehave_are_errors_of_their_stage,
        that_never_answer_are_given_up,
    ]
    redirects {
    } [
        are_followed_when_they_are_allowed,
        to_another_origin_take_no_credentials_along,
        in_a_loop_come_to_an_end,
        are_refusals_unless_they_are_allowed,
    ]
    silence {
    } (not on threads: "a call that waits cannot be asked whether it was woken") {
    } [
        behind_one_byte_wakes_nobody,
    ]
    time_limits {
        a_peer_that_answers_pings_is_kept,
        a_peer_that_does_not_read_is_given_up,
        a_message_that_never_ends_is_given_up,
        a_peer_that_reads_slowly_but_all_the_time_is_kept,
    } [
        a_silent_peer_is_pinged_and_given_up,
    ]
}
