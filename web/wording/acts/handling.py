"""Acts on the way from the receipt of a complaint to its end."""

from collections.abc import Mapping

from web.base.phrases import _l
from web.wording.acts.words import ActWords

HANDLING: Mapping[str, ActWords] = {
    "classify": ActWords(
        title=_l("Classify"),
        about=_l("Says what the complaint is about. The time limits follow from it."),
        done=_l("The complaint is classified."),
    ),
    "flag": ActWords(
        title=_l("Mark a circumstance"),
        about=_l("Tasks for other offices, or a closed file, may follow from it."),
        done=_l("The circumstance is marked."),
    ),
    "forward": ActWords(
        title=_l("Forward to a unit"),
        about=_l("Sends the slip to the unit that must act. Its time limit starts on delivery."),
        done=_l("The complaint is with the unit now."),
    ),
    "assign": ActWords(
        title=_l("Assign or transfer"),
        about=_l("Gives the case to a handler, who is told at once."),
        done=_l("The case is assigned."),
    ),
    "start": ActWords(
        title=_l("Start the work"),
        about=_l("Says that the handling has begun: customer contacted, files drawn."),
        done=_l("The work has started."),
    ),
    "note": ActWords(
        title=_l("Add a note"),
        about=_l("Writes something down in the journal and changes nothing else."),
        done=_l("The note is in the journal."),
    ),
    "attach": ActWords(
        title=_l("Add a file"),
        about=_l("Puts a file with the case. It cannot be changed or taken away again."),
        done=_l("The file is with the case."),
    ),
    "write_letter": ActWords(
        title=_l("Write a letter"),
        about=_l("Keeps a letter to the customer as a version, and the file made of it."),
        done=_l("The letter is kept."),
    ),
    "send_letter": ActWords(
        title=_l("Send a letter"),
        about=_l("Sends the letter to the customer. No time limit hangs on it."),
        done=_l("The letter goes out."),
    ),
    "urge": ActWords(
        title=_l("Urge the handler"),
        about=_l("Tells the handler that it is waited for; urged again, the head hears too."),
        done=_l("Whoever has the case has been told; while nobody has it, the supervisor."),
    ),
    "declare_beyond_authority": ActWords(
        title=_l("Declare it beyond the unit"),
        about=_l("Says that the unit cannot settle it and must pass it on at once."),
        done=_l("It is noted that the unit must pass it on."),
    ),
    "name_units": ActWords(
        title=_l("Name host and assisting unit"),
        about=_l("Says which unit leads and which assists."),
        done=_l("The units are named."),
    ),
    "finish_task": ActWords(
        title=_l("Finish a task"),
        about=_l("Says what was done about what the rules ask of you. The task is done then."),
        done=_l("The task is done."),
    ),
    "ask_customer": ActWords(
        title=_l("Ask the customer"),
        about=_l("Time limits that may wait stand still until the answer is recorded."),
        done=_l("The question is recorded. The customer is told."),
    ),
    "take_answer": ActWords(
        title=_l("Record the customer's answer"),
        about=_l("Time limits that stood still go on from here."),
        done=_l("The answer is recorded."),
    ),
    "extend": ActWords(
        title=_l("Set a later date"),
        about=_l(
            "Somebody else must agree. Then the date moves, and the customer, and who handed the"
            " complaint over, are told your reason."
        ),
        done=_l("The later date is set."),
    ),
    "request_extension": ActWords(
        title=_l("Ask for a later date"),
        about=_l("Somebody else decides. The date stays where it is until then."),
        done=_l("The request is waiting for a decision."),
    ),
    "approve_extension": ActWords(
        title=_l("Grant the later date"),
        about=_l("Moves the date. The customer, and who handed the complaint over, are told."),
        done=_l("The later date is granted."),
    ),
    "refuse_extension": ActWords(
        title=_l("Refuse the later date"),
        about=_l("Leaves the date where it is and tells the handler why."),
        done=_l("The later date is refused."),
    ),
    "commit": ActWords(
        title=_l("Promise a date"),
        about=_l("Gives the customer a date by which it will be settled."),
        done=_l("The date is promised. The customer is told."),
    ),
    "make_plan": ActWords(
        title=_l("Plan the work"),
        about=_l("Says who does it, by when and in which steps. A time limit runs to that date."),
        done=_l("The work is planned; who is to do it is told."),
    ),
    "explain_overrun": ActWords(
        title=_l("Explain a delay"),
        about=_l("Tells the sender and the customer why a limit was not kept."),
        done=_l("The delay is explained."),
    ),
    "review_recording": ActWords(
        title=_l("Review the recording"),
        about=_l("Listens to the call again, before a major complaint is sent on."),
        done=_l("The recording is reviewed."),
    ),
    "go_on_site": ActWords(
        title=_l("Go to the spot"),
        about=_l("Says that you are where the customer is."),
        done=_l("It is noted that you are there."),
    ),
    "tell_status": ActWords(
        title=_l("Tell the customer how it stands"),
        about=_l("Not yet the result."),
        done=_l("The customer is told how it stands."),
    ),
    "give_opinion": ActWords(
        title=_l("Give the bank's opinion"),
        about=_l("Where the result itself takes longer."),
        done=_l("The customer has the bank's opinion."),
    ),
    "report_result": ActWords(
        title=_l("Report the result"),
        about=_l("To the working group, or up the line."),
        done=_l("The result is reported."),
    ),
    "reverify": ActWords(
        title=_l("Verify anew"),
        about=_l("Looks into a repeated complaint again, and why the first answer did not do."),
        done=_l("It is verified anew."),
    ),
    "refer_up": ActWords(
        title=_l("Ask the superior department"),
        about=_l("The customer is at fault, complains again and does not accept."),
        done=_l("The superior department has a task."),
    ),
    "join_line": ActWords(
        title=_l("Join in for the business"),
        about=_l("The department in charge of the business leads or settles jointly."),
        done=_l("Your department has joined in."),
    ),
    "tell_leader": ActWords(
        title=_l("Tell the leader"),
        about=_l("The dispute is heading for court: the leader of the level hears first."),
        done=_l("The leader is told."),
    ),
    "bring_in_legal": ActWords(
        title=_l("Bring in the legal department"),
        about=_l("It studies the dispute and follows the case."),
        done=_l("The legal department has a task."),
    ),
    "report_media": ActWords(
        title=_l("Report media"),
        about=_l("Media have asked, or there is a sign they will. Anyone may report it."),
        done=_l("The offices in charge have been given tasks."),
    ),
    "consent_to_comment": ActWords(
        title=_l("Consent to a word to the press"),
        about=_l("For a leader of a tier-2 branch or higher."),
        done=_l("The consent is noted."),
    ),
    "comment_to_media": ActWords(
        title=_l("Note what was said to the press"),
        about=_l("Only with a leader's consent."),
        done=_l("It is noted."),
    ),
    "promise": ActWords(
        title=_l("Promise a sum"),
        about=_l("Never beyond your authority."),
        done=_l("The promise is noted."),
    ),
    "pay_emergency_cash": ActWords(
        title=_l("Pay emergency cash"),
        about=_l("Within the limit for this customer."),
        done=_l("The payment is noted."),
    ),
    "report_loss": ActWords(
        title=_l("Take an oral loss report"),
        about=_l("It lapses unless a formal one follows in time."),
        done=_l("The loss report is noted."),
    ),
    "file_loss": ActWords(
        title=_l("Note the formal loss report"),
        about=_l("The customer has made it in due form."),
        done=_l("The formal report is noted."),
    ),
    "raise_dispute": ActWords(
        title=_l("Say it belongs to another unit"),
        about=_l("The superior department decides, and that binds both."),
        done=_l("The dispute waits for its decision."),
    ),
    "decide_dispute": ActWords(
        title=_l("Decide whose case it is"),
        about=_l("One unit handles, the other assists."),
        done=_l("The decision binds both units."),
    ),
    "name_person": ActWords(
        title=_l("Name a person complained about"),
        about=_l("From then on this person neither reads nor handles the case."),
        done=_l("The person is named."),
    ),
    "unname_person": ActWords(
        title=_l("Take a name back"),
        about=_l("Says that the complaint is not about this person after all."),
        done=_l("The name is taken back."),
    ),
    "declare_conflict": ActWords(
        title=_l("Declare a conflict of interest"),
        about=_l(
            "For a relative, an earlier handler, anybody too near: from then on this person"
            " neither reads nor handles the case."
        ),
        done=_l("The conflict is in the journal."),
    ),
    "lift_restriction": ActWords(
        title=_l("Open to ordinary eyes again"),
        about=_l("Takes off the marks that closed the case. Choose another category if that did."),
        done=_l("The case is open to ordinary eyes again."),
    ),
    "link": ActWords(
        title=_l("Link a case with the same issue"),
        about=_l("Several persons with the same issue make a group."),
        done=_l("The cases are linked."),
    ),
    "mark_duplicate": ActWords(
        title=_l("Mark as the same letter again"),
        about=_l(
            "The same customer wrote of the same matter before. It is not counted a second time;"
            " its time limits run on until it is ended."
        ),
        done=_l("The case is marked as the same letter again."),
    ),
    "reply": ActWords(
        title=_l("Reply to the customer"),
        about=_l("Tells the customer the result. The time limit for the reply stops here."),
        done=_l("The reply is recorded. The customer is told."),
    ),
    "reply_to_sender": ActWords(
        title=_l("Reply to the sender"),
        about=_l("Answers the department or body that handed the complaint over."),
        done=_l("The reply to the sender is recorded."),
    ),
    "dispose": ActWords(
        title=_l("Settle the case"),
        about=_l("Says how it ended: was it valid, whose fault was it, what was made good."),
        done=_l("The case is settled."),
    ),
    "close": ActWords(
        title=_l("Close the case"),
        about=_l("Puts the complete file away."),
        done=_l("The case is closed."),
    ),
    "withdraw": ActWords(
        title=_l("Record a withdrawal"),
        about=_l(
            "The customer takes the complaint back. If freely, every time limit of the handling"
            " stops; if under pressure, none does. Without a file that shows what the customer"
            " wrote or said, a second person must agree."
        ),
        done=_l("The withdrawal is recorded."),
    ),
    "file_anonymous": ActWords(
        title=_l("Keep an anonymous complaint on file"),
        about=_l("Verified and kept, with nobody to answer."),
        done=_l("The complaint is kept on file."),
    ),
    "treat_as_demand": ActWords(
        title=_l("Treat as a wish or question"),
        about=_l("It is answered, and is no complaint."),
        done=_l("It is answered as a wish or question."),
    ),
    "appeal": ActWords(
        title=_l("Record an appeal"),
        about=_l("The customer does not accept the outcome."),
        done=_l("The appeal waits for its decision."),
    ),
    "decide_appeal": ActWords(
        title=_l("Decide the appeal"),
        about=_l("Upheld, it takes the case up again."),
        done=_l("The appeal is decided."),
    ),
    "reopen": ActWords(
        title=_l("Reopen the case"),
        about=_l("Takes a closed case up again. The policy says which time limits start anew."),
        done=_l("The case is open again."),
    ),
    "propose_penalty": ActWords(
        title=_l("Propose a penalty"),
        about=_l("Within the range the rules name for the post."),
        done=_l("The proposal is noted."),
    ),
    "acknowledge": ActWords(
        title=_l("Acknowledge an escalation"),
        about=_l("Says that you have heard it. It goes on to the next receiver otherwise."),
        done=_l("The escalation is acknowledged."),
    ),
    "take_back": ActWords(
        title=_l("Take back from a handler"),
        about=_l(
            "For a handler who comes in no more, or works below somebody complained about: it then"
            " waits to be given to somebody."
        ),
        done=_l("The case waits to be given to somebody."),
    ),
    "undo": ActWords(
        title=_l("Undo"),
        about=_l("Takes back what you have just done. Whoever was told of it is told."),
        done=_l(
            "Undone. The case is where it was before, and whoever had heard of it hears of this."
        ),
    ),
    "apply_calendar": ActWords(
        title=_l("Apply a newer calendar"),
        about=_l("Counts the days by a newer edition of the calendar; dates may move."),
        done=_l("The days are counted by the newer calendar."),
    ),
}
