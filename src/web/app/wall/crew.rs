//! The workers of the wall, and the loop that tends them.
//!
//! As with the lab's generators, the loop looks at what is wanted, does the next thing for it, and ends when
//! there is nothing to do. A worker that breaks down leaves the others going; its runs stand still.

use std::{ops::Range, rc::Rc};

use futures_util::future::join_all;
use wasm_bindgen_futures::spawn_local;

use super::{COUNTING_SHARE, Hung, ROUND_MS, Standing, WallView, machine};
use crate::{
    pace::{Ration, Rounds},
    web::{
        app::{App, controls, rate::Rate},
        clock::{Turn, now_ms, sleep},
        protocol::{Request, WallRequest},
        runner::Runner,
        text::Sentence,
        wire::{self, WallAnswer},
    },
};

/// Longest sleep while no step is due: whatever else is asked for is noticed after it.
const NAP_MS: f64 = 50.0;

/// A worker and its members.
pub(super) struct Hand {
    runner: Option<Rc<Runner>>,
    members: Range<usize>,
    /// It broke down, or could not be had.
    pub lost: bool,
}

/// What is to be done next.
enum Task {
    Hang(Box<Hung>),
    Open(usize),
    Begin,
    Steps { count: u64, count_modes: bool },
    Wait(f64),
}

impl Hand {
    /// Where a member is trained: the worker, and the member's number there.
    pub fn of(&self, member: usize) -> Option<(Rc<Runner>, usize)> {
        let runner = self.runner.clone().filter(|_| !self.lost)?;
        let inside = self.members.contains(&member);
        inside.then(|| (runner, member - self.members.start))
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        if let Some(runner) = &self.runner {
            runner.close();
        }
    }
}

impl WallView {
    fn next_task(&mut self, wanted: Hung, now: f64) -> Option<Task> {
        if self.hung.as_ref() != Some(&wanted) {
            return Some(Task::Hang(Box::new(wanted)));
        }
        let unopened = |hand: &Hand| hand.runner.is_none() && !hand.lost;
        if let Some(index) = self.crew.iter().position(unopened) {
            return Some(Task::Open(index));
        }
        if self.crew.iter().all(|hand| hand.lost) {
            return None;
        }
        if std::mem::take(&mut self.begins) {
            return Some(Task::Begin);
        }
        if self.asked > 0 {
            self.asked -= 1;
            return Some(Task::Steps {
                count: 1,
                count_modes: false,
            });
        }
        if !self.playing {
            let is_counted = self.counted == Some(self.step);
            return (!is_counted).then_some(Task::Steps {
                count: 0,
                count_modes: true,
            });
        }
        let wait_ms = self.pace.wait_ms(now);
        if wait_ms > 0.0 {
            return Some(Task::Wait(wait_ms));
        }
        Some(Task::Steps {
            count: self.pace.due(now).min(self.rounds.steps()),
            count_modes: self.ration.allows(),
        })
    }

    /// Other runs hang from now on. Workers that are as many and compute in the same place stay.
    fn hang(&mut self, hung: Hung) {
        let parts = machine::split(hung.wall.members(), hung.workers);
        let same_place = self.hung.as_ref().map(|before| before.backend) == Some(hung.backend);
        let all_there = self.crew.iter().all(|hand| !hand.lost);
        if same_place && all_there && self.crew.len() == parts.len() {
            for (hand, members) in self.crew.iter_mut().zip(parts) {
                hand.members = members;
            }
        } else {
            self.hangings += 1;
            let hand = |members| Hand {
                runner: None,
                members,
                lost: false,
            };
            self.crew = parts.into_iter().map(hand).collect();
        }
        self.hung = Some(hung);
        self.forget_runs();
        self.begins = true;
        self.stale.frames = true;
    }

    /// The runs begin anew: what was seen belongs to others.
    fn forget_runs(&mut self) {
        let members = self.hung.as_ref().map_or(0, |hung| hung.wall.members());
        let lost: Vec<bool> = (0..members)
            .map(|member| {
                let hand = self.crew.iter().find(|hand| hand.members.contains(&member));
                hand.is_some_and(|hand| hand.lost)
            })
            .collect();
        let standing = |lost| Standing {
            lost,
            stale: true,
            ..Standing::default()
        };
        self.standing = lost.into_iter().map(standing).collect();
        (self.step, self.counted, self.asked) = (0, None, 0);
        self.shares.clear();
        self.next_picture = 0;
        self.rounds = Rounds::lasting(ROUND_MS);
        self.ration = Ration::of(COUNTING_SHARE);
        self.rate = Rate::default();
        self.stale.words = true;
    }

    /// Takes in what a worker answered.
    fn take(&mut self, index: usize, answer: WallAnswer) {
        let members = self.crew[index].members.clone();
        self.step = answer.snapshot.step;
        for (standing, member) in self.standing[members.clone()]
            .iter_mut()
            .zip(answer.snapshot.members)
        {
            standing.member = Some(member);
            standing.stale = true;
        }
        if answer.done.counted {
            for (standing, modes) in self.standing[members]
                .iter_mut()
                .zip(answer.modes.into_iter().flatten())
            {
                standing.modes = Some(modes);
            }
            self.counted = Some(self.step);
            self.stale.words = true;
        }
    }
}

impl App {
    /// Sees to it that the wall gets what it needs.
    pub(in crate::web::app) fn tend_wall(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            if !state.wall.open || std::mem::replace(&mut state.wall.tended, true) {
                return;
            }
        }
        let this = self.clone();
        spawn_local(async move {
            loop {
                let task = {
                    let mut state = this.state.borrow_mut();
                    let wanted = Hung::of(&state);
                    let open = state.wall.open;
                    let task = open.then(|| state.wall.next_task(wanted, now_ms()));
                    task.flatten()
                };
                let Some(task) = task else { break };
                let rest_ms = this.rest_unseen_ms();
                if rest_ms > 0.0 && matches!(task, Task::Steps { .. }) && this.wall_plays() {
                    sleep(rest_ms).await;
                    // What came due meanwhile is not made up for.
                    this.state.borrow_mut().wall.pace.made(0, now_ms());
                    continue;
                }
                this.do_wall_task(task).await;
            }
            this.state.borrow_mut().wall.tended = false;
            this.ask_frame();
        });
    }

    fn wall_plays(&self) -> bool {
        self.state.borrow().wall.playing
    }

    async fn do_wall_task(self: &Rc<Self>, task: Task) {
        match task {
            Task::Hang(hung) => {
                self.state.borrow_mut().wall.hang(*hung);
                self.ask_frame();
            }
            Task::Wait(wait_ms) => sleep(wait_ms.min(NAP_MS)).await,
            Task::Open(index) => self.open_hand(index).await,
            Task::Begin => self.begin_wall().await,
            Task::Steps { count, count_modes } => self.wall_round(count, count_modes).await,
        }
    }

    async fn open_hand(self: &Rc<Self>, index: usize) {
        let (hanging, backend) = {
            let wall = &self.state.borrow().wall;
            let Some(hung) = &wall.hung else { return };
            (wall.hangings, hung.backend)
        };
        let this = Rc::downgrade(self);
        let lost = move |reason| {
            if let Some(this) = this.upgrade() {
                this.lose_hand(hanging, index, reason);
            }
        };
        match Runner::open(&self.files, backend, lost).await {
            Ok(runner) => {
                let wall = &mut self.state.borrow_mut().wall;
                wall.crew[index].runner = Some(runner);
            }
            Err(reason) => self.lose_hand(hanging, index, reason),
        }
    }

    /// All runs at their first step, and how they stand there.
    async fn begin_wall(self: &Rc<Self>) {
        let configs = {
            let wall = &mut self.state.borrow_mut().wall;
            wall.forget_runs();
            wall.hung.as_ref().map(|hung| hung.wall.configs())
        };
        let Some(configs) = configs else { return };
        self.ask_all(|members| WallRequest::Start {
            configs: configs[members].to_vec(),
        })
        .await;
        self.wall_round(0, true).await;
    }

    /// So many steps of every run.
    async fn wall_round(self: &Rc<Self>, count: u64, count_modes: bool) {
        let start = now_ms();
        let answers = self
            .ask_all(|_| WallRequest::Steps { count, count_modes })
            .await;
        let round_ms = now_ms() - start;
        self.note_work(round_ms);
        {
            let wall = &mut self.state.borrow_mut().wall;
            let (mut training_ms, mut counting_ms) = (0.0_f64, 0.0_f64);
            for (index, answer) in answers {
                training_ms = training_ms.max(answer.done.training_ms);
                counting_ms = counting_ms.max(answer.done.counting_ms);
                wall.take(index, answer);
            }
            if count_modes {
                wall.note_shares();
            }
            wall.rounds.made(count, training_ms, round_ms - counting_ms);
            wall.ration.trained(training_ms);
            wall.ration.measured(counting_ms);
            wall.pace.made(count, now_ms());
            wall.rate.note(now_ms(), wall.step);
        }
        self.ask_frame();
        // Whatever else the page has to do comes first now.
        if let Ok(turn) = Turn::new() {
            turn.taken().await;
        }
    }

    /// Asks every worker that is there, each for its members; whoever cannot answer is lost.
    async fn ask_all(
        self: &Rc<Self>,
        order: impl Fn(Range<usize>) -> WallRequest,
    ) -> Vec<(usize, WallAnswer)> {
        let (hanging, asked) = {
            let wall = &self.state.borrow().wall;
            let there = wall.crew.iter().enumerate().filter(|(_, hand)| !hand.lost);
            let asked: Vec<_> = there
                .filter_map(|(index, hand)| {
                    Some((index, hand.runner.clone()?, order(hand.members.clone())))
                })
                .collect();
            (wall.hangings, asked)
        };
        let answers = asked.into_iter().map(async |(index, runner, order)| {
            let answer = runner.ask(Request::Wall { order }).await;
            let answer = answer.map_err(|reason| (index, reason))?;
            // Nothing but steps is answered with more than that it was done.
            if answer.is_undefined() {
                return Ok((index, None));
            }
            match wire::wall_from_js(&answer) {
                Ok(answer) => Ok((index, Some(answer))),
                Err(error) => Err((index, wire::sentence(&error))),
            }
        });
        let mut seen = Vec::new();
        for answer in join_all(answers).await {
            match answer {
                Ok((index, answer)) => seen.extend(answer.map(|answer| (index, answer))),
                Err((index, reason)) => self.lose_hand(hanging, index, reason),
            }
        }
        seen
    }

    /// A worker broke down: its runs stand still, and the others go on.
    fn lose_hand(self: &Rc<Self>, hanging: u32, index: usize, reason: String) {
        let (seeds, all_lost) = {
            let wall = &mut self.state.borrow_mut().wall;
            if wall.hangings != hanging || wall.crew[index].lost {
                return;
            }
            wall.crew[index].lost = true;
            let members = wall.crew[index].members.clone();
            for standing in &mut wall.standing[members.clone()] {
                standing.lost = true;
            }
            wall.stale.words = true;
            let all_lost = wall.crew.iter().all(|hand| hand.lost);
            wall.playing &= !all_lost;
            (members.len(), all_lost)
        };
        let key = match all_lost {
            true => "message.worker_failed",
            false => "message.wall_worker_failed",
        };
        let seeds = self.state.borrow().words.number(seeds as f64, 0);
        self.show_message(Sentence::new(key, [("seeds", seeds), ("reason", reason)]));
        controls::show_wall_playing(self.state.borrow().wall.playing);
        self.ask_frame();
    }
}
