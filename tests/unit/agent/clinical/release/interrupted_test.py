"""A release that is interrupted at any point goes on, and in the end has the bytes of one that was not.

  interrupted_test.py PROGRAM
"""

import os
import random
import signal
import subprocess
import time
import unittest

from release_site import PROGRAM, Site

PERSONS = 3_000
STAGES = {"rows": "reading", "masked": "masking", "coded": "making codes coarser", "groups": "grouping persons"}


class Interrupted(Site):
    def write_claims(self, more_diagnoses=(), reverse=False):
        chance = random.Random(17)
        persons = [f"person{i},{'FM'[i % 2]},19{40 + i % 50}-05-17,02139" for i in range(PERSONS)]
        visits, diagnoses = [], []
        for i in range(10 * PERSONS):
            day = f"2020-{1 + i % 12:02}-{1 + i % 28:02}"
            visits.append(f"claim{i},person{i % PERSONS},control{i},outpatient,{day},{day},payer")
            for seq in (1, 2):
                diagnoses.append(f"claim{i},{seq},,{chance.choice(['I10', 'E11.65', 'E11.22', 'E11.9'])},ICD-10-CM")
        for name, header, rows in (("persons", "local_id,sex,birth_date,zip", persons),
                                   ("claims", "claim_id,local_id,control_number,setting,start,end,payer", visits),
                                   ("diagnoses", "claim_id,seq,name,code,code_system", diagnoses)):
            self.write(f"claims/{name}.csv", "\n".join([header, *rows, ""]))

    def unfinished(self):
        return self.folder / "state/flu.north.d1.unfinished"

    def start(self, out):
        return subprocess.Popen(
            [PROGRAM, "deidentify", "--release", self.folder / "plan.textproto", self.claims, "--project", "flu", "--site",
             "north", "--dataset", "d1", "--token-key", self.folder / "token.key", "--state", self.folder / "state", "--alone",
             "--codes", self.folder / "book.csv", "--terms", self.folder / "terms.dict", "--out", self.folder / out],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def all_released(self, out):
        return {path.relative_to(self.folder / out): path.read_bytes()
                for path in (self.folder / out).rglob("*") if path.is_file()}

    def undisturbed(self):
        self.release(out="undisturbed")
        return self.all_released("undisturbed")

    def nothing_is_left(self):
        self.assertFalse(self.unfinished().exists())
        self.assertEqual([name for name in os.listdir(self.folder / "state") if name.endswith(".partial")], [])

    def test_after_a_kill_the_same_command_goes_on_from_the_last_finished_stage(self):
        expected = self.undisturbed()
        for stage, words in STAGES.items():
            with self.subTest(stage):
                process = self.start(stage)
                file = self.unfinished() / f"{stage}.stage"
                while process.poll() is None and not file.exists():
                    pass
                process.kill()
                process.communicate()
                self.assertTrue(file.exists(), "the release was complete before it could be killed")
                self.assertIn(f"resumes the interrupted run, after {words}", self.release(out=stage).stderr)
                self.assertEqual(self.all_released(stage), expected)
                self.nothing_is_left()

    def test_signals_at_any_time_change_nothing_and_leave_nothing_half_written(self):
        started = time.monotonic()
        expected = self.undisturbed()
        duration = time.monotonic() - started
        chance = random.Random(int(os.environ.get("BLINDLINK_SEED", "4")))
        codes = set()
        for attempt in range(6):
            out = self.folder / f"out{attempt}"
            for number in (signal.SIGINT, signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
                process = self.start(out.name)
                time.sleep(chance.uniform(0, duration))
                process.send_signal(number)
                _, err = process.communicate()
                codes.add(process.returncode)
                if process.returncode == 1:
                    self.assertIn("interrupted; run the same command again to continue", err)
                    self.assertEqual([p.name for p in out.rglob("*.partial")], [])
                if process.returncode == 0:
                    break
            else:
                self.release(out=out.name)
            self.assertEqual(self.all_released(out.name), expected)
            self.nothing_is_left()
        self.assertIn(1, codes)
        self.assertIn(-signal.SIGKILL, codes)

    def interrupt_after_masking(self, out):
        process = self.start(out)
        while process.poll() is None and not (self.unfinished() / "masked.stage").exists():
            pass
        process.kill()
        process.communicate()
        self.assertTrue(self.unfinished().exists())

    def test_what_was_made_of_other_files_is_not_used_and_that_is_said(self):
        self.interrupt_after_masking("out")
        with open(self.claims / "persons.csv", "a", encoding="utf-8") as file:
            file.write("another,F,1950-05-17,02139\n")
        done = self.release()
        self.assertIn("not the same as before: the inputs", done.stderr)
        self.assertNotIn("resumes", done.stderr)
        self.assertEqual(len(self.rows("core/persons")), PERSONS + 1)

    def test_a_damaged_stage_is_not_used(self):
        expected = self.undisturbed()
        self.interrupt_after_masking("out")
        for stage in self.unfinished().glob("*.stage"):
            damaged = bytearray(stage.read_bytes())
            damaged[-20] ^= 1
            stage.write_bytes(damaged)
        self.assertIn("is not used (damaged", self.release().stderr)
        self.assertEqual(self.all_released("out"), expected)

    def test_what_is_kept_cannot_be_read_without_the_record_key(self):
        self.interrupt_after_masking("out")
        for stage in self.unfinished().glob("*"):
            self.assertEqual(stage.stat().st_mode & 0o077, 0)
            for word in (b"person1", b"ICD-10-CM", b"02139", b"2020-"):
                self.assertNotIn(word, stage.read_bytes())

    def test_products_that_were_published_when_the_program_was_killed_are_kept(self):
        expected = self.undisturbed()
        process = self.start("out")
        while process.poll() is None and not (self.unfinished() / "groups.stage").exists():
            pass
        process.kill()
        process.communicate()
        # As if it had been killed between the names of the first and the second product.
        (self.folder / "out").mkdir(exist_ok=True)
        for path in (self.folder / "out").glob("core*"):
            subprocess.run(["rm", "-r", path], check=True)
        subprocess.run(["cp", "-r", self.folder / "undisturbed/core", self.folder / "out/core"], check=True)
        self.release()
        self.assertEqual(self.all_released("out"), expected)

    def test_two_processes_do_not_make_one_release_at_once(self):
        first = self.start("first")
        while first.poll() is None and not (self.unfinished() / "rows.stage").exists():
            pass
        first.send_signal(signal.SIGSTOP)
        try:
            self.assertIn("another process is at work on the same release", self.release(out="second", code=4).stderr)
        finally:
            first.send_signal(signal.SIGCONT)
            first.communicate()
        self.assertEqual(first.returncode, 0)

    def test_a_release_that_is_refused_leaves_nothing(self):
        self.write("strict.textproto", (self.folder / "plan.textproto").read_text().replace("k: 5", "k: 3001"))
        self.release(plan="strict.textproto", code=4)
        self.nothing_is_left()


if __name__ == "__main__":
    unittest.main()
